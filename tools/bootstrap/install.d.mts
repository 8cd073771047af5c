export declare function isInstalled(root: string): boolean;
export declare function ensureInstalled(root: string, options?: { force?: boolean }): Promise<void>;
