/** How the CLI can be come by. A problem is the reason why a way is closed; a way fills an empty directory. */
export interface Sources {
  hostProblem(): Promise<string | undefined>;
  download(node: string, into: string): Promise<void>;
  goProblem(): Promise<string | undefined>;
  build(into: string): Promise<void>;
}
export declare function providePulumi(node: string, from?: Sources): Promise<string>;
