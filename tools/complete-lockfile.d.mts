export declare function complete(lock: { packages: Record<string, object> }): string[];
