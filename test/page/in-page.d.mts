/** Texts whose contrast with what lies behind them is below `least` (WCAG 2.2, 1.4.3), each with its contrast. */
export function faintTexts(least: number): string[];
/** Elements that stick out of the window, so that somebody would have to scroll sideways. */
export function wideElements(): string[];
/** Pictures that could not be drawn. */
export function brokenImages(): string[];
