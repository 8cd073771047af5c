export declare const oldestGo: string;
export declare function goProblem(): Promise<string | undefined>;
export declare function build(into: string): Promise<void>;
