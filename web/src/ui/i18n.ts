// SPDX-License-Identifier: Apache-2.0
export type Translate = (text: string, context?: string) => string;

let translate: Translate = (text) => text;

/** Sets the translator, once, before the page is mounted. */
export function useTranslator(translator: Translate): void {
	translate = translator;
}

/**
 * The text in the admin's language. Its arguments are literals, for packaging/messages.ts collects them. The catalogue is flat over
 * all of LuCI's packages: a short word that means something else there ("Software" is the package manager's page) has a context.
 */
export function _(text: string, context?: string): string {
	return translate(text, context);
}

/** Fills each `%s` of a translated text, in order. */
export function fill(text: string, ...values: (string | number)[]): string {
	let next = 0;
	return text.replace(/%s/g, () => String(values[next++] ?? ''));
}
