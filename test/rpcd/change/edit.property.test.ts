// SPDX-License-Identifier: Apache-2.0
/** The editor of /etc/config/firewall on random files, and on those whose reading was recorded, with the libuci of each root at hand. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OffloadOptions } from '../../../rpcd/api/index.ts';
import { parse, type Command, type Document } from '../../../web/src/lib/uci/index.ts';
import { recordings } from '../../web/lib/uci/recordings.ts';
import { allTiers } from '../tiers.ts';
import { editAll, editConfigs, readAll, spliced, type Edited, type Job, type ReadSection } from './batch.ts';
import { randomFiles, WANTED } from './config-files.ts';

const FILES = 1000;
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 0x7fffffff));
console.log(`random files of SEED=${seed}`);

const NAMES = ['flow_offloading', 'flow_offloading_hw'] as const;

/**
 * What libuci makes of a file, for comparison, the options by their names: those that are written twice the libuci of 22.03
 * orders otherwise.
 */
type Meaning = {
	type: string;
	name: string;
	anonymous: boolean;
	options: [string, unknown][];
	two: OffloadOptions;
}[];

const isOne = (name: string): name is (typeof NAMES)[number] => NAMES.some((each) => each === name);

function firstDefaults({ sections }: Document): number {
	return sections.findIndex(({ type }) => type === 'defaults');
}

function othersOf(options: [string, unknown][], isFirst: boolean): [string, unknown][] {
	return options.filter(([name]) => !isFirst || !isOne(name)).sort(([a], [b]) => (a < b ? -1 : 1));
}

function meaningOf(document: Document): Meaning {
	const first = firstDefaults(document);
	return document.sections.map(({ type, name, anonymous, options }, index) => ({
		type,
		name,
		anonymous,
		options: othersOf([...options], index === first),
		two: index === first ? optionsOf(document) : { flow_offloading: null, flow_offloading_hw: null }
	}));
}

/** An option's value; of a list something that no text is. */
function textOf(value: unknown): string | null {
	return value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value);
}

function optionsOf(document: Document): OffloadOptions {
	const options = document.sections[firstDefaults(document)]?.options;
	return {
		flow_offloading: textOf(options?.get('flow_offloading')),
		flow_offloading_hw: textOf(options?.get('flow_offloading_hw'))
	};
}

/** What has to be read after an edit. */
function meant(before: string, wanted: OffloadOptions): Meaning {
	const document = parse(before);
	return meaningOf(document).map((section, index) =>
		index === firstDefaults(document) ? { ...section, two: wanted } : section
	);
}

/** The commands that write the two options, with those that libuci ignores. */
function commandsOf(document: Document): Command[] {
	const name = document.sections[firstDefaults(document)]?.name;
	return document.commands.filter(({ section, option }) => section?.name === name && isOne(option));
}

const textsOf = ({ text, comments }: Document): string[] =>
	comments.map(({ start, end }) => text.slice(start, end).replace(/[\r\n]+$/, ''));

/** Whether each item is found in the list, in this order. */
function isWithin(items: readonly string[], list: readonly string[]): boolean {
	let from = 0;
	return items.every((item) => {
		from = list.indexOf(item, from) + 1;
		return from > 0;
	});
}

/** Bytes are only taken out of the lines of the two options, and the line end before them where the file ends with one. */
function expectOthersUntouched(before: string, edited: NonNullable<Edited>): void {
	const document = parse(before);
	const lines = commandsOf(document).map(({ line }) => line);
	for (const { at, length } of edited.splices) {
		const atEnd = at + length === before.length && /^\r?\n/.test(before.slice(at));
		const start = atEnd ? at + (before[at] === '\r' ? 2 : 1) : at;
		const isOwn = lines.some((line) => line.start <= start && start <= line.end);
		expect(length === 0 || isOwn, `${at} + ${length}`).toBe(true);
	}
	expect(spliced(before, edited.splices)).toBe(edited.text);
	expect(isWithin(textsOf(document), textsOf(parse(edited.text)))).toBe(true);
	const others = (text: string) => {
		const all = parse(text);
		const own = commandsOf(all);
		return all.commands.filter((each) => !own.includes(each)).map(({ start, end }) => text.slice(start, end));
	};
	expect(others(edited.text)).toEqual(others(before));
}

/** What cannot be edited in place: lists, a quote before what libuci drops, and a file that ends with a backslash. */
function isBeyond(text: string): boolean {
	const commands = commandsOf(parse(text));
	return /\\\s*$/.test(text) || commands.some(({ keyword, dropsRest }) => keyword === 'list' || dropsRest);
}

/** In one piece and without escapes: what an editor can put another value in, and the old one again. */
const PLAIN = /^(?:'[^']*'|"[^"\\]*"|[^\s'"\\#;]+)$/;
const BARE = /^[^\s'"\\#;]+$/;

/** Whether going back has to give the same bytes: each option was absent, or got another value in the same quotes. */
function isReversible(before: string, wanted: OffloadOptions): boolean {
	const document = parse(before);
	const written = commandsOf(document);
	return NAMES.every((name) => {
		const last = written.findLast(({ option, value }) => option === name && value !== null);
		const value = wanted[name];
		if (last?.value == null) return true;
		const text = before.slice(last.value.start, last.value.end);
		return value !== null && PLAIN.test(text) && (!BARE.test(text) || BARE.test(value));
	});
}

function jobsFor(texts: readonly string[]): Job[] {
	const wanted = fc.sample(fc.record({ flow_offloading: WANTED, flow_offloading_hw: WANTED }), {
		numRuns: texts.length,
		seed
	});
	return texts.map((text, index) => ({
		text,
		wanted: wanted[index] ?? { flow_offloading: null, flow_offloading_hw: null }
	}));
}

const recorded = recordings
	.filter(({ outcome }) => 'show' in outcome)
	.map(({ input }) => input)
	.filter((text) => firstDefaults(parse(text)) >= 0 && !text.includes('\0'));

const jobs = jobsFor([...randomFiles(FILES, seed), ...recorded]);
const tiers = allTiers();

/** Runs a check for each file, which is shown where the check fails. */
function forEach<T>(items: readonly T[], check: (job: Job, item: T, index: number) => void): void {
	for (const [index, job] of jobs.entries()) {
		const item = items[index];
		try {
			if (item !== undefined) check(job, item, index);
		} catch (error) {
			console.log(`SEED=${seed}, file ${index}: ${JSON.stringify(job)}\n${JSON.stringify(item)}`);
			throw error;
		}
	}
}

test(`${jobs.length} files change in their two options alone, and back`, async () => {
	const [node] = tiers;
	const results = await editAll(node, jobs);
	let inPlace = 0;
	forEach(results, ({ text, wanted }, edited) => {
		if (edited === null) {
			expect(isBeyond(text)).toBe(true);
			return;
		}
		inPlace++;
		expectOthersUntouched(text, edited);
		expect(meaningOf(parse(edited.text))).toEqual(meant(text, wanted));
	});
	const back = await editAll(
		node,
		jobs.map(({ text }, index) => ({ text: results[index]?.text ?? text, wanted: optionsOf(parse(text)) }))
	);
	let same = 0;
	forEach(back, ({ text, wanted }, edited) => {
		if (edited === null || isBeyond(text)) return;
		expect(optionsOf(parse(edited.text))).toEqual(optionsOf(parse(text)));
		if (!isReversible(text, wanted)) return;
		same++;
		expect(edited.text).toBe(text);
	});
	console.log(`${inPlace} of ${jobs.length} in place, ${same} back to the same bytes`);
	expect(inPlace).toBeGreaterThan(0.8 * jobs.length);
	expect(same).toBeGreaterThan(0.2 * jobs.length);
});

/** What the real libuci reads, in the form of our own parser's. */
function meaningRead(sections: readonly ReadSection[]): Meaning {
	const first = sections.findIndex((section) => section['.type'] === 'defaults');
	return sections.map((section, index) => ({
		type: String(section['.type']),
		name: String(section['.name']),
		anonymous: section['.anonymous'] === true,
		options: othersOf(
			Object.entries(section).filter(([name]) => !name.startsWith('.')),
			index === first
		),
		two: {
			flow_offloading: index === first ? textOf(section['flow_offloading']) : null,
			flow_offloading_hw: index === first ? textOf(section['flow_offloading_hw']) : null
		}
	}));
}

/** Few files may be refused: the libuci of 22.03 takes fewer semicolons. */
const MOST_REFUSED = 0.1 * jobs.length;

describe.each(tiers)('in $name', (tier) => {
	test('libuci reads each as meant, and the text is the one that Node has made', async () => {
		const results = await editAll(tier, jobs);
		expect(results).toEqual(await editAll(tiers[0], jobs));
		const before = await readAll(
			tier,
			jobs.map(({ text }) => text)
		);
		const after = await readAll(
			tier,
			jobs.map(({ text }, index) => results[index]?.text ?? text)
		);
		expect(before.filter((read) => read === null).length).toBeLessThan(MOST_REFUSED);
		forEach(after, ({ text, wanted }, read, index) => {
			if (before[index] === null) return;
			expect(read && meaningRead(read)).toEqual(
				results[index] === null ? meaningOf(parse(text)) : meant(text, wanted)
			);
		});
	});

	test('what is beyond editing libuci writes', async () => {
		const results = await editAll(tiers[0], jobs);
		const configs = await editConfigs(tier, jobs);
		expect(configs.filter((config) => 'problem' in config).length).toBeLessThan(MOST_REFUSED);
		forEach(configs, ({ text, wanted }, config, index) => {
			if ('problem' in config) {
				expect(config).toMatchObject({ reason: expect.stringMatching(/^libuci refuses/) as string });
				return;
			}
			expect(config.edit.kind).toBe(results[index] === null ? 'rewritten' : 'in_place');
			expect(meaningOf(parse(config.text))).toEqual(meant(text, wanted));
		});
	});
});
