// SPDX-License-Identifier: Apache-2.0
import { expect, type Page } from '@playwright/test';

/** In which every text is to be readable. */
export const LOOKS = [
	{ colorScheme: 'light', width: 1280 },
	{ colorScheme: 'dark', width: 1280 },
	{ colorScheme: 'light', width: 360 }
] as const;

/** WCAG 2.2, level AA: what text needs against its background. Large is 24 px, or 18.66 px in bold. */
const NEEDED = { usual: 4.5, large: 3 };

/** Every text that can be seen and used stands out from its background. What is disabled may be faint. */
export async function expectReadable(page: Page): Promise<void> {
	const faint = await page.evaluate(findFaint, NEEDED);
	expect(faint, 'texts too faint to read').toEqual([]);
}

/** The page fits the window's width. */
export async function expectNoScrollingSideways(page: Page): Promise<void> {
	const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
	expect(overflow, 'pixels that do not fit').toBeLessThanOrEqual(0);
}

/** Runs in the browser, so it uses nothing from outside. */
function findFaint(needed: { usual: number; large: number }): string[] {
	type Colour = [red: number, green: number, blue: number, alpha: number];

	const canvas = document.createElement('canvas');
	const context = canvas.getContext('2d', { willReadFrequently: true });
	/** Any colour that CSS can say, as the browser paints it. */
	const parse = (css: string): Colour => {
		if (!context) return [0, 0, 0, 1];
		context.clearRect(0, 0, 1, 1);
		context.fillStyle = css;
		context.fillRect(0, 0, 1, 1);
		const [red = 0, green = 0, blue = 0, alpha = 0] = context.getImageData(0, 0, 1, 1).data;
		return [red, green, blue, alpha / 255];
	};
	const over = (top: Colour, below: Colour): Colour => {
		const mix = (a: number, b: number): number => a * top[3] + b * (1 - top[3]);
		return [mix(top[0], below[0]), mix(top[1], below[1]), mix(top[2], below[2]), 1];
	};
	const background = (element: Element | null): Colour => {
		if (!element) return parse('Canvas');
		const own = parse(getComputedStyle(element).backgroundColor);
		return own[3] === 1 ? own : over(own, background(element.parentElement));
	};
	const luminance = (colour: Colour): number => {
		const linear = (value: number): number => {
			const share = value / 255;
			return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
		};
		return 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
	};
	const contrast = (a: Colour, b: Colour): number => {
		const [dark = 0, bright = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
		return (bright + 0.05) / (dark + 0.05);
	};

	const faint: string[] = [];
	const texts = document.createTreeWalker(
		document.querySelector('#nft-offload') ?? document.body,
		NodeFilter.SHOW_TEXT
	);
	for (let node = texts.nextNode(); node; node = texts.nextNode()) {
		const element = node.parentElement;
		const text = node.textContent?.trim() ?? '';
		if (!element || text === '' || !element.checkVisibility() || element.closest(':disabled')) continue;
		const style = getComputedStyle(element);
		const size = parseFloat(style.fontSize);
		const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
		const below = background(element);
		const ratio = contrast(over(parse(style.color), below), below);
		if (ratio < (large ? needed.large : needed.usual))
			faint.push(`${ratio.toFixed(2)}: ${text.slice(0, 40)}`);
	}
	return faint;
}
