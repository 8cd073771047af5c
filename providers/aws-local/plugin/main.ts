/** Entry point of the plugin: serves the provider protocol on a free loopback port and prints that port for the engine. */
import { flushCompileCache } from "node:module";
import grpc from "@grpc/grpc-js";
import protocol from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { createProviderService } from "./service.ts";

// A killed engine leaves its plugins running; one that goes on writing would race with the next run.
const engine = process.ppid;
setInterval(() => process.ppid !== engine && process.exit(1), 1_000).unref();

const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
server.addService(protocol.ResourceProviderService, createProviderService(process.env));
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  // The engine reads the first line of standard output as the port; everything for people goes to standard error.
  process.stdout.write(`${port}\n`);
  // The engine ends it with a signal, and then Node keeps nothing of what it compiled.
  flushCompileCache();
});
