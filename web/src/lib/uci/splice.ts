// SPDX-License-Identifier: Apache-2.0
/** The smallest changes of a file's text: one command gets another value, goes, or gets a neighbour. */
import type { Command, Document } from './document.ts';
import { quoteLike } from './quote.ts';
import type { Span } from './words.ts';

/** Turns text that libuci drops into a comment, so that a quote before it does not bring it back to life. */
const stillDropped = ({ dropsRest }: Command, before: string) =>
	dropsRest && /['"]$/.test(before) ? ' #' : '';

function splice(text: string, { start, end }: Span, replacement: string): string {
	return text.slice(0, start) + replacement + text.slice(end);
}

/** The value as it is written, quotes and all; empty where there is none. */
function written(document: Document, command: Command | undefined): string {
	return command?.value ? document.text.slice(command.value.start, command.value.end) : '';
}

/** The commands on the same line, this one included. */
function lineOf({ commands }: Document, { line }: Command): Command[] {
	return commands.filter((command) => command.line.start === line.start);
}

/** Gives a command another value, quoted as the old one was. */
export function replaceValue(document: Document, command: Command, value: string): string {
	const quoted = quoteLike(written(document, command), value);
	const isWritten = command.value !== null && command.value.end > command.value.start;
	const span = isWritten ? command.value : { start: command.end, end: command.end };
	return splice(document.text, span, (isWritten ? quoted : ` ${quoted}`) + stillDropped(command, quoted));
}

/** Writes another command in the place of one. */
export function replaceCommand(
	document: Document,
	command: Command,
	keyword: 'option' | 'list',
	value: string
): string {
	const replacement = `${keyword} ${command.option} ${quoteLike(written(document, command), value)}`;
	return splice(document.text, command, replacement + stillDropped(command, replacement));
}

/** Takes commands away that are alone on their lines, with these lines, comments included. */
export function removeLines(document: Document, commands: readonly Command[]): string {
	let text = '';
	let from = 0;
	for (const { line } of commands) {
		text += document.text.slice(from, line.start);
		from = line.end;
	}
	return text + document.text.slice(from);
}

/** Takes a command away that shares its line with others. */
export function removeInLine(document: Document, command: Command): string {
	const line = lineOf(document, command);
	const position = line.indexOf(command);
	const previous = line[position - 1];
	const next = line[position + 1];
	if (previous === undefined) {
		return splice(document.text, { start: command.start, end: next?.start ?? command.end }, '');
	}
	return splice(document.text, { start: previous.end, end: command.end }, command.dropsRest ? ' #' : '');
}

/** The commands that are alone on their lines. */
export function aloneOnLine({ commands }: Document): Command[] {
	return commands.filter(
		({ line }, index) =>
			commands[index - 1]?.line.start !== line.start && commands[index + 1]?.line.start !== line.start
	);
}

/** Adds a command behind one, on a line of its own, which looks like those of the section's other options. */
export function addLine(
	document: Document,
	after: Command,
	keyword: 'option' | 'list',
	name: string,
	value: string
): string {
	const { text } = document;
	const { end } = after.line;
	const before = text.slice(0, end);
	const lineEnd = before.endsWith('\r\n') ? '\r\n' : '\n';
	const command = `${indentation(document, after)}${keyword} ${name} ${quoteLike(written(document, after), value)}`;
	return before.endsWith('\n')
		? splice(text, { start: end, end }, command + lineEnd)
		: splice(text, { start: end, end }, lineEnd + command);
}

/** Adds a command behind one on the same line, for where the next line belongs to another section already. */
export function addInLine(
	document: Document,
	after: Command,
	keyword: 'option' | 'list',
	name: string,
	value: string
): string {
	const command = ` ; ${keyword} ${name} ${quoteLike(written(document, after), value)}`;
	return splice(document.text, { start: after.end, end: after.end }, command + stillDropped(after, command));
}

/** The white space before the section's last option that begins a line; a tab where there is none. */
function indentation(document: Document, { section }: Command): string {
	const last = document.commands.findLast(
		(command) =>
			command.section === section && command.option !== '' && lineOf(document, command)[0] === command
	);
	return last === undefined ? '\t' : document.text.slice(last.line.start, last.start);
}
