export interface Host {
  execPath: string;
  version: string;
  platform: string;
  arch: string;
}
export declare const OLDEST_NODE: string;
export declare function findNode(root: string, host?: Host): string;
export declare function checkPlatform(host?: Pick<Host, "platform" | "version">): void;
export declare function atLeast(a: string, b: string): boolean;
