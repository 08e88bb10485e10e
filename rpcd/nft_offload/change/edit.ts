// SPDX-License-Identifier: Apache-2.0
/**
 * Changes the two options in the text of /etc/config/firewall, and the include of ours, and leaves every other byte as it is:
 * comments, quotes, indentation, line ends. Says nothing of whether libuci reads the new text as meant: see edit_config().
 */
import type { OffloadOption, OffloadOptions, Splice } from '../../api/index.ts';
import { is_blank, read_lines } from 'nft_offload.change.commands';
import type { Command, Line, Word } from 'nft_offload.change.commands';
import { INCLUDE, INCLUDE_OPTIONS, is_false } from 'nft_offload.state.firewall';

/** A command, and the line it is on. */
interface Place {
	command: Command;
	line: Line;
}

/** A file's text, its lines, and the commands of one of its sections, wherever they are. */
interface Section {
	text: string;
	lines: Line[];
	places: Place[];
}

/** What is to happen to the commands of the section. */
interface Plan {
	/** Values to write into commands that are there. */
	replaced: { command: Command; value: string }[];
	/** Where the commands begin that go. */
	removed: number[];
	added: { name: OffloadOption; value: string }[];
}

const OPTIONS: OffloadOption[] = ['flow_offloading', 'flow_offloading_hw'];

/** Whether a section of type `defaults` goes on with one before: where it has the same name (libuci, list.c). */
function continues(section: Command, first: Command): boolean {
	return first.value.said !== '' && first.value.said === section.value.said;
}

/** The commands of the section that these heads begin or go on with; null where there is none. */
function find_section(
	text: string,
	lines: Line[],
	belongs: (head: Command, first: Command | null) => boolean
): Section | null {
	const places: Place[] = [];
	let first: Command | null = null;
	let inside = false;
	for (let i = 0; i < length(lines); i++) {
		const line = lines[i];
		const commands = line?.commands ?? [];
		for (let k = 0; k < length(commands); k++) {
			const command = commands[k];
			if (line == null || command == null) {
				continue;
			}
			if (command.keyword === 'config') {
				inside = belongs(command, first);
				first = inside && first == null ? command : first;
			}
			if (inside && command.keyword !== 'package') {
				push(places, { command: command, line: line });
			}
		}
	}
	return length(places) > 0 ? { text: text, lines: lines, places: places } : null;
}

/** firewall4 takes the first `defaults`. */
function find_defaults(text: string, lines: Line[]): Section | null {
	return find_section(
		text,
		lines,
		(head, first) => head.name.said === 'defaults' && (first == null || continues(head, first))
	);
}

/** The commands that set an option; libuci ignores those without a value. Null where it is, or was, a list. */
function commands_of(section: Section, name: string): Command[] | null {
	const found = filter(
		map(section.places, (place) => place.command),
		(command) => command.keyword !== 'config' && command.name.said === name
	);
	const lists = filter(found, (command) => command.keyword === 'list');
	return length(lists) > 0 ? null : filter(found, (command) => command.value.said !== '');
}

/** What has to happen; null where an option is a list. */
function needed_for(section: Section, wanted: OffloadOptions): Plan | null {
	const plan: Plan = { replaced: [], removed: [], added: [] };
	for (let i = 0; i < length(OPTIONS); i++) {
		const name = OPTIONS[i] ?? 'flow_offloading';
		const commands = commands_of(section, name);
		if (commands == null) {
			return null;
		}
		const value = wanted[name];
		// Of several the last one counts.
		const last = commands[length(commands) - 1];
		if (value == null) {
			for (let k = 0; k < length(commands); k++) {
				push(plan.removed, commands[k]?.start ?? 0);
			}
		} else if (last == null) {
			push(plan.added, { name: name, value: value });
		} else if (last.value.said !== value) {
			push(plan.replaced, { command: last, value: value });
		}
	}
	return plan;
}

/** Whether a text can stand without quotes. */
function is_bare(said: string): boolean {
	for (let i = 0; i < length(said); i++) {
		const character = substr(said, i, 1);
		if (is_blank(ord(said, i) ?? 0) || index('\'"\\#;', character) !== -1) {
			return false;
		}
	}
	return said !== '';
}

/** The inside of a word in single quotes, or in double ones. */
function inside_quotes(said: string, mark: string): string {
	return mark === "'" ? replace(said, "'", "'\\''") : replace(replace(said, '\\', '\\\\'), '"', '\\"');
}

/** A word in quotes as another one has them, by that one's first character. */
function quoted_as(said: string, mark: string): string {
	if (mark !== "'" && mark !== '"' && mark !== '' && is_bare(said)) {
		return said;
	}
	const quote_mark = mark === '"' ? '"' : "'";
	return quote_mark + inside_quotes(said, quote_mark) + quote_mark;
}

/** Whether a word is written in one pair of quotes, from its first to its last character. */
function is_quoted(written: string): boolean {
	const mark = substr(written, 0, 1);
	if (mark !== "'" && mark !== '"') {
		return false;
	}
	let at = 1;
	while (at < length(written) && substr(written, at, 1) !== mark) {
		at += mark === '"' && substr(written, at, 1) === '\\' ? 2 : 1;
	}
	return at === length(written) - 1;
}

/** Has a word say something else, inside the quotes that it has; in single quotes where it cannot be without or mixes them. */
function say_otherwise(text: string, word: Word, said: string): Splice {
	const size = word.end - word.start;
	const written = substr(text, word.start, size);
	const mark = substr(written, 0, 1);
	return is_quoted(written)
		? { at: word.start + 1, length: size - 2, text: inside_quotes(said, mark) }
		: { at: word.start, length: size, text: quoted_as(said, is_bare(written) ? mark : "'") };
}

/** How an option of the file is written that a new one is to look like: the section's last one, or else the file's. */
interface Model {
	/** The blanks before it. */
	indentation: string;
	/** The first character of its value. */
	mark: string;
}

function model_for(section: Section): Model {
	const own = map(section.places, (place) => place.command.start);
	let model: Model = { indentation: '\t', mark: "'" };
	let is_own = false;
	for (let i = 0; i < length(section.lines); i++) {
		const line = section.lines[i];
		const commands = line?.commands ?? [];
		const command = commands[0];
		if (line == null || command == null || command.keyword === 'config' || command.value.said === '') {
			continue;
		}
		const belongs = index(own, command.start) !== -1;
		if (belongs || !is_own) {
			is_own = belongs;
			model = {
				indentation: substr(section.text, line.start, command.start - line.start),
				mark: substr(section.text, command.value.start, 1)
			};
		}
	}
	return model;
}

/** The line end that a line of the file has. Of one that has none, which is the last: as others have, so that it can go without a trace. */
function line_end_of(text: string, line: Line): string {
	const two = substr(text, line.end - 2, 2);
	const ends = substr(two, 1) === '\n';
	return (ends ? two === '\r\n' : substr(two, 1) === '\r' || index(text, '\r\n') !== -1) ? '\r\n' : '\n';
}

/**
 * Adds options behind the section's last one, or its head where it has none: lines of their own, or on the same line where that
 * goes on. Null where the file ends with a backslash, which would join them on.
 */
function addition_to(section: Section, added: Plan['added']): Splice | null {
	const text = section.text;
	const options = filter(section.places, (place) => place.command.keyword !== 'config');
	const last = options[length(options) - 1] ?? section.places[0];
	if (last == null) {
		return null;
	}
	const command = last.command;
	const line = last.line;
	const closes = line.commands[length(line.commands) - 1];
	if (closes != null && closes.start !== command.start) {
		const more = map(added, (option) => ` ; option ${option.name} ${quoted_as(option.value, "'")}`);
		return { at: command.end, length: 0, text: join('', more) };
	}
	const model = model_for(section);
	const end = line_end_of(text, line);
	const open = substr(text, line.end - 1, 1) !== '\n';
	const said = trim(substr(text, line.start));
	const joins = line.end === length(text) && line.comment == null && substr(said, length(said) - 1) === '\\';
	const commands = map(
		added,
		(option) => `${model.indentation}option ${option.name} ${quoted_as(option.value, model.mark)}`
	);
	return joins
		? null
		: { at: line.end, length: 0, text: (open ? end : '') + join(end, commands) + (open ? '' : end) };
}

/** Whether a command's last word is bare, so that a semicolon directly behind it drops the rest of the line. */
function ends_bare(text: string, command: Command): boolean {
	const word = command.value.end > command.value.start ? command.value : command.name;
	return is_bare(substr(text, word.start, word.end - word.start));
}

/** Takes a run of commands out of a line of which others stay, or a comment, or what libuci drops. */
function take_out(text: string, line: Line, first: number, last: number): Splice | null {
	const begin = line.commands[first];
	const end = line.commands[last];
	if (begin == null || end == null) {
		return null;
	}
	if (end.drops_rest) {
		// What was dropped until now stays so.
		return { at: begin.start, length: end.end - begin.start, text: '#' };
	}
	const before = first > 0 ? line.commands[first - 1] : null;
	const behind = line.commands[last + 1];
	// With the semicolon before it, as it was added; but one directly behind a bare word would drop the rest, comments too.
	const bare = before != null && ends_bare(text, before);
	const drops = bare && substr(text, end.end, 1) === ';';
	if (before != null && (!drops || (behind == null && line.comment == null))) {
		return { at: before.end, length: end.end - before.end, text: '' };
	}
	const stop = behind != null ? behind.start : (line.comment ?? end.end);
	return { at: begin.start, length: stop - begin.start, text: '' };
}

/** Takes commands out of a line: the whole line where nothing else is on it. */
function take_from(text: string, line: Line, removed: number[]): Splice[] {
	const commands = line.commands;
	const count = length(commands);
	// A position below 0 counts from the end in ucode.
	const goes = (position: number): boolean => {
		const command = position < 0 ? null : commands[position];
		return command != null && index(removed, command.start) !== -1;
	};
	const left = filter(commands, (command) => index(removed, command.start) === -1);
	if (count > 0 && length(left) === 0 && line.comment == null && commands[count - 1]?.drops_rest !== true) {
		return [{ at: line.start, length: line.end - line.start, text: '' }];
	}
	const splices: Splice[] = [];
	let first = 0;
	for (let i = 0; i < count; i++) {
		first = goes(i) && !goes(i - 1) ? i : first;
		const splice = goes(i) && !goes(i + 1) ? take_out(text, line, first, i) : null;
		if (splice != null) {
			push(splices, splice);
		}
	}
	return splices;
}

/** Takes commands away. Where a last line without an end goes, so does the end of the line before it. */
function removals_from(section: Section, removed: number[]): Splice[] {
	const text = section.text;
	const splices: Splice[] = [];
	for (let i = 0; i < length(section.lines); i++) {
		const line = section.lines[i];
		const taken = line == null ? [] : take_from(text, line, removed);
		for (let k = 0; k < length(taken); k++) {
			const splice = taken[k];
			const before = splices[length(splices) - 1];
			if (splice != null && before != null && before.at + before.length === splice.at) {
				before.length += splice.length;
				before.text += splice.text;
			} else if (splice != null) {
				push(splices, splice);
			}
		}
	}
	const last = splices[length(splices) - 1];
	const open = substr(text, length(text) - 1, 1) !== '\n';
	if (
		last != null &&
		open &&
		last.at + last.length === length(text) &&
		// Not one that a backslash has joined on.
		length(filter(section.lines, (line) => line.start === last.at)) > 0 &&
		substr(text, last.at - 1, 1) === '\n'
	) {
		const end = last.at > 1 && substr(text, last.at - 2, 2) === '\r\n' ? 2 : 1;
		last.at -= end;
		last.length += end;
	}
	return splices;
}

/** Where one option goes and the other comes, it takes its place: moved from one command's end to the other's. */
function take_place(section: Section, plan: Plan): Splice[] {
	const fresh = plan.added[0];
	const at = pop(plan.removed);
	const places = filter(section.places, (place) => place.command.start === at);
	const command = places[0]?.command;
	if (fresh == null || command == null) {
		return [];
	}
	push(plan.replaced, { command: command, value: fresh.value });
	plan.added = [];
	return [say_otherwise(section.text, command.name, fresh.name)];
}

/** The text with its splices, which are in their order. */
function spliced(text: string, splices: Splice[]): string {
	let result = '';
	let from_byte = 0;
	for (let i = 0; i < length(splices); i++) {
		const splice = splices[i];
		if (splice != null) {
			result += substr(text, from_byte, splice.at - from_byte) + splice.text;
			from_byte = splice.at + splice.length;
		}
	}
	return result + substr(text, from_byte);
}

/** Takes a section away, and the empty line before it. */
function section_removal(section: Section): Splice[] {
	const splices = removals_from(
		section,
		map(section.places, (place) => place.command.start)
	);
	const first = splices[0];
	const before = first == null ? null : filter(section.lines, (line) => line.end === first.at)[0];
	if (
		first != null &&
		before != null &&
		trim(substr(section.text, before.start, before.end - before.start)) === ''
	) {
		first.at -= before.end - before.start;
		first.length += before.end - before.start;
	}
	return splices;
}

/** The include of ours, behind all else. Null where the file ends with a backslash, which would join it on. */
function section_addition(text: string, lines: Line[]): Splice | null {
	const last = lines[length(lines) - 1];
	const said = last == null || last.comment != null ? '' : trim(substr(text, last.start));
	if (last == null || substr(said, length(said) - 1) === '\\') {
		return null;
	}
	const end = line_end_of(text, last);
	const open = substr(text, length(text) - 1, 1) !== '\n';
	const options = map(INCLUDE_OPTIONS, (option) => `\toption ${option.name} '${option.value}'${end}`);
	return {
		at: length(text),
		length: 0,
		text: `${open ? end : ''}${end}config include '${INCLUDE}'${end}${join('', options)}`
	};
}

/** Where the commands begin by which a section is switched off; none where it is not. */
function disabling_in(section: Section): number[] {
	const commands = commands_of(section, 'enabled') ?? [];
	const last = length(commands) === 0 ? null : commands[length(commands) - 1];
	return last == null || !is_false(last.value.said) ? [] : map(commands, (command) => command.start);
}

/** How the include of ours comes, is switched on, or goes; null where it cannot surely be done in place. */
function edit_include(text: string, lines: Line[], wanted: boolean): Splice[] | null {
	const section = find_section(
		text,
		lines,
		(head) => head.name.said === 'include' && head.value.said === INCLUDE
	);
	const disabling = section == null ? [] : disabling_in(section);
	if (wanted === (section != null && length(disabling) === 0)) {
		return [];
	}
	if (section != null) {
		return wanted ? removals_from(section, disabling) : section_removal(section);
	}
	const addition = section_addition(text, lines);
	return addition == null ? null : [addition];
}

/** How the two options of the section change, in the order of the file; null where that cannot surely be done in place. */
function edit_defaults(section: Section, wanted: OffloadOptions): Splice[] | null {
	const text = section.text;
	const plan = needed_for(section, wanted);
	if (plan == null || wanted.flow_offloading === '' || wanted.flow_offloading_hw === '') {
		return null;
	}
	const splices: Splice[] =
		length(plan.added) === 1 && length(plan.removed) > 0 ? take_place(section, plan) : [];
	for (let i = 0; i < length(plan.replaced); i++) {
		const replaced = plan.replaced[i];
		if (replaced == null) {
			continue;
		}
		const splice = say_otherwise(text, replaced.command.value, replaced.value);
		const closing = substr(splice.text, length(splice.text) - 1);
		if (replaced.command.drops_rest && (closing === "'" || closing === '"')) {
			// A quote would bring what libuci drops behind it to life.
			return null;
		}
		push(splices, splice);
	}
	const removals = removals_from(section, plan.removed);
	for (let i = 0; i < length(removals); i++) {
		push(splices, removals[i] ?? { at: 0, length: 0, text: '' });
	}
	const addition = length(plan.added) > 0 ? addition_to(section, plan.added) : null;
	if (addition != null) {
		push(splices, addition);
	} else if (length(plan.added) > 0) {
		return null;
	}
	return sort(splices, (a, b) => a.at - b.at);
}

/**
 * The text of a configuration file with the two options of its first `defaults` section as wanted, and the include of ours, and how
 * it differs, in the order of the file; offsets are bytes of the old text. Null where there is no such section, or where an option
 * is written in a way that cannot surely be changed in place. Whatever a comment is beside or between stays.
 */
function edit_options(text: string, wanted: OffloadOptions): { splices: Splice[]; text: string } | null {
	const lines = read_lines(text) ?? [];
	const section = find_defaults(text, lines);
	const options = section == null ? null : edit_defaults(section, wanted);
	const include = edit_include(text, lines, wanted.include === true);
	if (options == null || include == null) {
		return null;
	}
	const splices: Splice[] = [];
	// Where both are at one place, which is the end, the options come first: ucode's sort is not stable.
	const first = include[0]?.at ?? length(text);
	map(
		filter(options, (splice) => splice.at <= first),
		(splice) => push(splices, splice)
	);
	map(include, (splice) => push(splices, splice));
	map(
		filter(options, (splice) => splice.at > first),
		(splice) => push(splices, splice)
	);
	return { splices: splices, text: spliced(text, splices) };
}

export { edit_options };
