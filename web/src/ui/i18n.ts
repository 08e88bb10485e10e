// SPDX-License-Identifier: Apache-2.0
export type Translate = (text: string, context?: string) => string;

let translate: Translate = (text) => text;

/** Sets the translator, once, before the page is mounted. */
export function useTranslator(translator: Translate): void {
	translate = translator;
}

/** The text in the admin's language. Its argument is a literal, for packaging/messages.ts collects them. */
export function _(text: string): string {
	return translate(text);
}

/** Fills each `%s` of a translated text, in order. */
export function fill(text: string, ...values: (string | number)[]): string {
	let next = 0;
	return text.replace(/%s/g, () => String(values[next++] ?? ''));
}
