// SPDX-License-Identifier: Apache-2.0
/** Programs that do not end: they are ended, with all that they have started, and that is told. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { until } from '../../vm/until.ts';
import { HEALTHY, HEALTHY_STATUS, SESSION } from '../router.ts';
import { allTiers } from '../tiers.ts';

const NFT = '/usr/sbin/nft';
const PLUGIN = '/usr/libexec/rpcd/luci.nft-offload';
const LATE = { status: -9, output: `${NFT}: no answer in time`, timed_out: true };

const tiers = allTiers();
const noMounts = spawnSync('unshare', ['--mount', 'true']).status !== 0;
if (noMounts) console.log('skipped, hanging programs on real ucodes: this host allows no namespaces');

/** Seconds that a process of one test sleeps, which tell it from every other process. */
const someSeconds = (): string => String(10_000_000 + Math.floor(Math.random() * 80_000_000));

/** The processes that have the word in their command line. One that waits to be buried is none. */
function processesWith(word: string): string[] {
	const textOf = (pid: string, name: string): string => {
		try {
			return readFileSync(`/proc/${pid}/${name}`, 'latin1');
		} catch {
			return '';
		}
	};
	return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && textOf(pid, 'cmdline').includes(word));
}

/** In the plugin's place: prints as JSON what the functions of base/ return. */
const using = (names: string, expression: string): string =>
	`#!/usr/bin/ucode\n'use strict';\n${names}\nprint(sprintf('%J', ${expression}));\n`;
const RUN = "import { run } from 'nft_offload.base.command';";
const START = "import { in_time, start } from 'nft_offload.base.command';";
const DEADLINE = "import { answer_within, time_for } from 'nft_offload.base.deadline';";

/** Programs that do not end within a second. Their argument is how long their processes sleep. */
const HANGING: Record<string, string> = {
	sleeps: 'exec sleep "$1"',
	'waits for a child': 'sleep "$1" & wait',
	'ignores what can be ignored': 'trap "" TERM INT HUP; sleep "$1"; sleep "$1"',
	'has printed something': 'echo "table inet fw4 {"; exec sleep "$1"',
	'prints without end, to nobody, too': 'trap "" PIPE; while :; do echo "$1"; done 2>/dev/null',
	'closes what it should print to': 'exec >&- 2>&-; exec sleep "$1"',
	'has ended, and a child of its holds what it should print to': '(sleep "$1" &)'
};

describe.each(tiers)('in $name', (tier) => {
	const real = tier.name !== 'Node';
	const ask = async (program: string, plugin: string): Promise<unknown> => {
		const files = { [NFT]: `#!/bin/sh\n${program}\n`, [PLUGIN]: plugin };
		return (await tier.run({ name: '', files, method: '', expected: {}, processes: true })).answer;
	};

	describe.skipIf(real && noMounts)('a program that', () => {
		test.concurrent.each(Object.entries(HANGING))('%s', async (_name, program) => {
			const seconds = someSeconds();
			const plugin = using(RUN, `run('${NFT}', ['${seconds}'], 1)`);
			expect(await ask(program, plugin)).toEqual(LATE);
			expect(processesWith(seconds)).toEqual([]);
		});

		test.concurrent('ends by itself is told as it is, both its streams and its status', async () => {
			const plugin = using(RUN, `run('${NFT}', ["it's", '$HOME', ''], 60)`);
			const program = 'echo "$# $1 $2"; echo error >&2; exit 3';
			expect(await ask(program, plugin)).toEqual({
				status: 3,
				output: "3 it's $HOME\nerror\n",
				timed_out: false
			});
		});

		test.concurrent('leaves another behind is not waited for, and that one is let be', async () => {
			const seconds = someSeconds();
			const plugin = using(RUN, `run('${NFT}', ['${seconds}'], 60)`);
			const answer = await ask('sleep "$1" >/dev/null 2>&1 &', plugin);
			expect(answer).toEqual({ status: 0, output: '', timed_out: false });
			const left = processesWith(seconds);
			expect(left).toHaveLength(1);
			for (const pid of left) process.kill(Number(pid));
		});

		test.concurrent('is read while it prints, for so long', async () => {
			const seconds = someSeconds();
			const script =
				`(() => { const table = start('${NFT}', ['${seconds}'], 1); const text = table.read(6);` +
				' return { text: text, in_time: in_time(table.close()) }; })()';
			const answer = await ask('echo first; echo error >&2; exec sleep "$1"', using(START, script));
			expect(answer).toEqual({ text: 'first\n', in_time: false });
			expect(processesWith(seconds)).toEqual([]);
		});

		test.concurrent('is not even started when the call should be over', async () => {
			const seconds = someSeconds();
			const script =
				'(() => { answer_within(1);' +
				` return [time_for(5), run('${NFT}', ['${seconds}']), time_for(5), run('${NFT}', ['${seconds}'])]; })()`;
			const answer = await ask('exec sleep "$1"', using(`${RUN}\n${DEADLINE}`, script));
			expect(answer).toEqual([1, LATE, 0, LATE]);
		});
	});

	test.skipIf(real && noMounts).concurrent('get_status with an nft that hangs', async () => {
		const seconds = someSeconds();
		const files = { ...HEALTHY, [NFT]: `#!/bin/sh\nsleep ${seconds} & exec sleep ${seconds}\n` };
		const { answer } = await tier.run({
			name: '',
			files,
			method: 'get_status',
			expected: {},
			processes: true
		});
		expect(answer).toMatchObject({
			effective: { ...HEALTHY_STATUS.effective, loaded: false, error: LATE.output },
			verdict: { code: 'nft_failed' }
		});
		expect((answer as { took_us: number }).took_us).toBeLessThan(10_000_000);
		expect(processesWith(seconds)).toEqual([]);
	});

	test.skipIf(real && noMounts).concurrent('check_change with an nft that hangs', async () => {
		const seconds = someSeconds();
		const { answer, calls } = await tier.run({
			name: '',
			files: { ...HEALTHY, [NFT]: `#!/bin/sh\nexec sleep ${seconds}\n` },
			method: 'check_change',
			input: { mode: 'software', ubus_rpc_session: SESSION },
			expected: {},
			processes: true
		});
		expect(answer).toEqual({ problem: 'no_answer', program: NFT });
		expect(calls).toEqual([]);
		expect(processesWith(seconds)).toEqual([]);
	});
});

/** In the plugin's place: has it killed once its program runs, and waits for the end of that. */
const KILLED = `#!/bin/sh
/usr/bin/ucode /hangs </dev/null >/dev/null 2>&1 &
until [ -s /pid ]; do sleep 1; done
kill -9 $!
program=/proc/$(cat /pid)/cmdline
[ -z "$(cat $program)" ] || echo '{ "was": "there" }'
left=30
while [ -n "$(cat $program 2>/dev/null)" ] && [ $left -gt 0 ]; do
	sleep 1
	left=$((left - 1))
done
`;

describe.skipIf(noMounts).each(tiers.filter(({ name }) => name !== 'Node'))('in $name', (tier) => {
	test.concurrent('a program goes although rpcd has killed the plugin', async () => {
		const seconds = someSeconds();
		const files = {
			[NFT]: '#!/bin/sh\necho $$ >/pid\nexec sleep "$1"\n',
			'/hangs': using(RUN, `run('${NFT}', ['${seconds}'], 2)`),
			[PLUGIN]: KILLED
		};
		const { answer } = await tier.run({ name: '', files, method: '', expected: {}, processes: true });
		expect(answer).toEqual({ was: 'there' });
		// Its watch goes through the other processes still.
		await until('the end of its watch', 30, () => processesWith(seconds).length === 0);
	});
});
