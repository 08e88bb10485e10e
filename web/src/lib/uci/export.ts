// SPDX-License-Identifier: Apache-2.0
import type { Document, Value } from './document.ts';

/**
 * The file as libuci writes it when it commits a change (file.c, uci_export_package): without comments, every
 * value quoted, the items of a list together. A type is written as it is, even where that cannot be read back.
 */
export function exportText({ sections }: Pick<Document, 'sections'>): string {
	const text = sections.map(({ type, name, anonymous, options }) => {
		const head = anonymous ? `config ${escape(type)}` : `config ${escape(type)} '${name}'`;
		const lines = [...options].flatMap(([option, value]) => exportOption(option, value));
		return `\n${[head, ...lines].join('\n')}\n`;
	});
	return `${text.join('')}\n`;
}

function exportOption(name: string, value: Value): string[] {
	if (typeof value === 'string') return [`\toption ${name} '${escape(value)}'`];
	return value.map((item) => `\tlist ${name} '${escape(item)}'`);
}

function escape(text: string): string {
	return text.replaceAll("'", "'\\''");
}
