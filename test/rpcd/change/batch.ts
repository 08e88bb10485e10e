// SPDX-License-Identifier: Apache-2.0
/** Many texts through the router's editor in one process, in any tier. All texts are byte strings. */
import type { ConfigEdit, OffloadOptions, Problem, Splice } from '../../../rpcd/api/index.ts';
import type { Tier } from '../tiers.ts';

export interface Job {
	text: string;
	wanted: OffloadOptions;
}

export type Edited = { splices: Splice[]; text: string } | null;
export type EditedConfig = { edit: ConfigEdit; text: string } | Problem;

const PLUGIN = '/usr/libexec/rpcd/luci.nft-offload';

/** In the plugin's place. JSON has no bytes: the texts lie one behind the other in a file of their own, and come back in base64. */
const program = (module: string, call: string): string => `#!/usr/bin/ucode
'use strict';
import { ${call} } from 'nft_offload.change.${module}';
import { open } from 'fs';
const jobs = json(open('/jobs.json', 'r').read(67108864));
const texts = open('/texts', 'r');
const results = map(jobs, (job) => {
	const result = ${call}(texts.read(job.size), job.wanted);
	if (result == null || result.text == null) {
		return result;
	}
	result.text = b64enc(result.text);
	map(result.splices ?? [], (splice) => {
		splice.text = b64enc(splice.text);
		return splice;
	});
	return result;
});
print(sprintf('%J', results));
`;

const bytesOf = (base64: string): string => Buffer.from(base64, 'base64').toString('latin1');

async function runBatch(tier: Tier, jobs: readonly Job[], plugin: string): Promise<unknown[]> {
	const files = {
		[PLUGIN]: plugin,
		'/jobs.json': Buffer.from(
			JSON.stringify(jobs.map(({ text, wanted }) => ({ size: text.length, wanted }))),
			'latin1'
		),
		'/texts': Buffer.from(jobs.map(({ text }) => text).join(''), 'latin1'),
		'/var/run/.keep': ''
	};
	const { answer } = await tier.run({ name: '', files, method: '', expected: {} });
	return answer as unknown[];
}

/** What edit_options makes of each text. */
export async function editAll(tier: Tier, jobs: readonly Job[]): Promise<Edited[]> {
	const results = (await runBatch(tier, jobs, program('edit', 'edit_options'))) as Edited[];
	return results.map((result) =>
		result === null
			? null
			: {
					splices: result.splices.map((splice) => ({ ...splice, text: bytesOf(splice.text) })),
					text: bytesOf(result.text)
				}
	);
}

/** What edit_config makes of each text. */
export async function editConfigs(tier: Tier, jobs: readonly Job[]): Promise<EditedConfig[]> {
	const results = (await runBatch(tier, jobs, program('edit_config', 'edit_config'))) as EditedConfig[];
	return results.map((result) => ('text' in result ? { ...result, text: bytesOf(result.text) } : result));
}

/** A text with splices of it, from its end on, so that no offset moves. */
export function spliced(text: string, splices: readonly Splice[]): string {
	return splices.reduceRight(
		(result, { at, length, text: other }) => result.slice(0, at) + other + result.slice(at + length),
		text
	);
}

/** A section as libuci reads it: its options, and `.type`, `.name`, `.anonymous`, `.index`. */
export type ReadSection = Record<string, unknown>;

const READER = `#!/usr/bin/ucode
'use strict';
import { read_sections } from 'nft_offload.change.libuci';
import { open } from 'fs';
const jobs = json(open('/jobs.json', 'r').read(67108864));
const texts = open('/texts', 'r');
print(sprintf('%J', map(jobs, (job) => b64enc(sprintf('%J', read_sections(texts.read(job.size)))))));
`;

/** What libuci reads of each text; null where it refuses one. */
export async function readAll(tier: Tier, texts: readonly string[]): Promise<(ReadSection[] | null)[]> {
	const wanted = { flow_offloading: null, flow_offloading_hw: null };
	const results = await runBatch(
		tier,
		texts.map((text) => ({ text, wanted })),
		READER
	);
	return results.map((result) => JSON.parse(bytesOf(String(result))) as ReadSection[] | null);
}
