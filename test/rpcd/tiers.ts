// SPDX-License-Identifier: Apache-2.0
/** The places where the plugin's cases run: the host in Node, and real ucodes, each in a root directory of its own. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import {
	chmodSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	symlinkSync,
	utimesSync,
	writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';
import { stripPlugin } from '../../packaging/strip.ts';
import { runCommand, runComparison, runGuard, runPlugin, runWorker, type Time } from '../host/host.ts';
import type { Provider } from '../host/ubus.ts';
import { findRoots } from '../roots/archives.ts';
import { inputOf, type Case, type Exchange, type Files, type Outcome } from './case.ts';
import { unpackRootfs } from './rootfs.ts';

export interface Tier {
	name: string;
	/** A directory with the plugin installed in it. */
	base: string;
	run(test: Case): Promise<Outcome>;
	/** Runs the command of a terminal on such a router. */
	command(files: Files, words: readonly string[]): Promise<Ended>;
	/** Runs the job that installs the package on such a router, and returns what it has written down of itself. */
	work(files: Files): Promise<unknown>;
	/** Runs a comparison on such a router, with these arguments, and returns what it has written down of itself. */
	compare(files: Files, args: readonly string[]): Promise<unknown>;
	/** Tells a story of guards on such a router. */
	guard(files: Files, story: (router: GuardedRouter) => Promise<void>): Promise<void>;
}

/** How a program ended, and what it printed. */
export interface Ended {
	status: number;
	output: string;
	errors: string;
}

/** What goes on around a guard: time goes by where it rests, and somebody answers on the bus. What it throws kills the guard. */
export interface World extends Time {
	readonly call: Provider;
}

export interface GuardedRouter {
	/** The directory that stands for the router's root. */
	readonly root: string;
	/** Runs a guard to its end, as process 42. */
	readonly guard: (args: readonly string[], world: World) => Promise<void>;
}

function write(root: string, files: Files): void {
	for (const [path, made] of Object.entries(files)) {
		const content = typeof made === 'function' ? made() : made;
		if (content !== null) {
			const file = join(root, path);
			mkdirSync(dirname(file), { recursive: true });
			// Not through a link of the root below.
			rmSync(file, { force: true });
			writeFileSync(file, content);
			chmodSync(file, String(content).startsWith('#!') ? 0o755 : 0o644);
		}
	}
}

/** Makes a root for one case out of links to the base's files, runs it there, and takes the root away. */
async function inRoot<T>(
	base: string,
	files: Files,
	older: readonly string[],
	run: (root: string) => Promise<T>
): Promise<T> {
	const root = mkdtempSync(join(tmpdir(), 'nft-offload-case-'));
	try {
		execFileSync('cp', ['-al', `${base}/.`, root]);
		write(root, files);
		const hourAgo = Date.now() / 1000 - 3600;
		for (const path of older) utimesSync(join(root, path), hourAgo, hourAgo);
		return await run(root);
	} finally {
		rmSync(root, { recursive: true, force: true });
	}
}

/** Answers from the script while the calls follow it; afterwards, and to any other call, with a status nobody has. */
function scripted(bus: readonly Exchange[], calls: unknown[]): Provider {
	return (object, method, given) => {
		const next = bus[calls.length];
		calls.push(JSON.parse(JSON.stringify({ object, method, arguments: given })));
		return next?.object === object && next.method === method ? next.reply : { status: 99 };
	};
}

/** Every tier there is: Node, and the ucode of each root at hand. They are gone after the file's tests. */
export function allTiers(): readonly [Tier, ...Tier[]] {
	const roots = findRoots();
	const ucodes = (typeof roots === 'string' ? [] : roots).map(({ name, archive }) =>
		installed(ucodeTier(name, unpackRootfs(archive)))
	);
	return [inNode(), ...ucodes];
}

/** Node alone, for what is about more than the plugin. */
export const inNode = (): Tier => installed(nodeTier(mkdtempSync(join(tmpdir(), 'nft-offload-node-'))));

function installed(tier: Tier): Tier {
	stripPlugin(tier.base);
	afterAll(() => {
		rmSync(tier.base, { recursive: true });
	});
	return tier;
}

const BESIDE = '/usr/libexec/nft-offload/beside';
const LOG = '/var/run/nft-offload/log';

/** What the shipped one does, of which all paths are the router's, and without going on by itself. */
const BESIDE_IN_NODE = `#!/bin/sh
cd "$ROUTER_ROOT/var/run/nft-offload" || exit 1
echo "# $*" >>log
program=$ROUTER_ROOT$1
shift
"$program" "$@" </dev/null >>log 2>&1 3>progress
echo $? >status
`;

/** A file of a root; empty where it is not there. */
function textIn(root: string, path: string): string {
	return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '';
}

function jobIn(root: string, record = 'job.json'): unknown {
	return JSON.parse(readFileSync(join(root, 'var/run/nft-offload', record), 'utf8'));
}

const COMPARISON = 'comparison.json';

/** The guard's process. */
const PROCESS = '42';

/** A root in which guards have a process. */
function inGuardedRoot(base: string, files: Files, story: (root: string) => Promise<void>): Promise<void> {
	return inRoot(base, files, [], (root) => {
		symlinkSync(PROCESS, join(root, 'proc/self'));
		return story(root);
	});
}

function nodeTier(base: string): Tier {
	return {
		name: 'Node',
		base,
		run: (test) => {
			const uci = `#!/bin/sh\ncat >&2 <<'END'\n${test.uci ?? ''}\nEND\n`;
			return inRoot(base, { '/sbin/uci': uci, ...test.files }, test.older ?? [], async (root) => {
				const calls: unknown[] = [];
				const bus = scripted(test.bus ?? [], calls);
				const call = { root, args: ['call', test.method], input: inputOf(test), bus };
				for (let i = 1; i < (test.times ?? 1); i++) await runPlugin(call);
				const output = await runPlugin(call);
				return {
					answer: JSON.parse(output.toString('utf8')) as unknown,
					calls,
					started: textIn(root, 'started')
				};
			});
		},
		command: (files, words) =>
			inRoot(base, files, [], async (root) => {
				const { status, output, errors } = await runCommand({ root, args: words });
				return { status, output: output.toString('utf8'), errors: errors.toString('utf8') };
			}),
		work: (files) =>
			inRoot(base, { [BESIDE]: BESIDE_IN_NODE, [LOG]: '', ...files }, [], async (root) => {
				await runWorker({ root, args: ['1234'] });
				return jobIn(root);
			}),
		compare: (files, args) =>
			inRoot(base, files, [], async (root) => {
				await runComparison({ root, args });
				return jobIn(root, COMPARISON);
			}),
		guard: (files, story) =>
			inGuardedRoot(base, files, (root) =>
				story({ root, guard: (args, world) => runGuard({ root, args, bus: world.call, time: world }) })
			)
	};
}

/** Stands for ucode's ubus module in a root: replies by the script in /bus.json, and keeps the calls in /calls. */
const SCRIPTED_UBUS = `
const fs = require('fs');
let position = 0;
let last = 0;
function call(object, method, data) {
	let file = fs.open('/bus.json', 'r');
	let next = json(file.read('all'))[position++];
	file.close();
	file = fs.open('/calls', 'a');
	file.write(sprintf('%J\\n', { object, method, arguments: data }));
	file.close();
	let reply = (next?.object == object && next?.method == method) ? next.reply : { status: 99 };
	last = reply.status;
	return last == 0 ? reply.data : null;
}
function connect() {
	return { call, error: () => last == 0 ? null : last, disconnect: () => null };
}
return { connect };
`;

const WORKER = '/usr/share/ucode/nft_offload/install/worker.uc';
const COMPARER = '/usr/share/ucode/nft_offload/gain/worker.uc';

/** Asks us, on its standard output, what a guard asks of the world, and waits for the answer on its standard input. */
const LIVED = `#!/usr/bin/ucode
const fs = require('fs');
function ask(question) {
	fs.stdout.write(sprintf('%J\\n', question));
	fs.stdout.flush();
	return json(fs.stdin.read('line'));
}
let last = 0;
global.clock = () => {
	let now = ask({ now: true });
	return [now / 1000, now % 1000 * 1000000];
};
global.sleep = (milliseconds) => ask({ rest: milliseconds });
global.ubus_call = (object, method, data) => {
	let reply = ask({ object, method, data });
	last = reply.status;
	return last == 0 ? reply.data : null;
};
global.ubus_error = () => last == 0 ? null : last;
require('nft_offload.change.guard');
`;
const LIVED_UBUS = `
return { connect: () => ({ call: ubus_call, error: ubus_error, disconnect: () => null }) };
`;

type Question = { now: true } | { rest: number } | { object: string; method: string; data: unknown };

function answerOf(world: World, question: Question): unknown {
	if ('now' in question) {
		return world.now();
	}
	if ('rest' in question) {
		world.rest(question.rest);
		return true;
	}
	return world.call(question.object, question.method, question.data);
}

/** Runs a guard in a root, as a process of a real ucode that is killed by what the world throws. */
async function live(root: string, args: readonly string[], world: World): Promise<void> {
	const child = spawn('chroot', [root, '/lived', ...args]);
	const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
	let complaints = '';
	child.stderr.on('data', (bytes: Buffer) => (complaints += bytes.toString()));
	child.stdin.on('error', () => undefined);
	try {
		for await (const line of createInterface({ input: child.stdout })) {
			child.stdin.write(`${JSON.stringify(answerOf(world, JSON.parse(line) as Question))}\n`);
		}
	} catch (error) {
		child.kill('SIGKILL');
		await ended;
		throw error;
	}
	if ((await ended) !== 0) {
		throw new Error(complaints);
	}
}

/** What a program prints until it ends, on either stream, however it ends. */
function printedBy(
	program: string,
	args: string[],
	input: Buffer
): Promise<{ status: number; text: string; complaint: string }> {
	return new Promise((resolve) => {
		const child = execFile(program, args, { maxBuffer: 1 << 28 }, (error, text, complaint) => {
			const code = error?.code ?? 0;
			resolve({ status: typeof code === 'number' ? code : -1, text, complaint });
		});
		// Who does not read all of it closes the pipe.
		child.stdin?.on('error', () => undefined);
		child.stdin?.end(input);
	});
}

/** On the ucode of an unpacked root. */
function ucodeTier(name: string, base: string): Tier {
	return {
		name: `the ucode of ${name}`,
		base,
		run: (test) => {
			const bus = JSON.stringify(test.bus ?? []);
			const files = { '/bus.json': bus, '/usr/share/ucode/ubus.uc': SCRIPTED_UBUS, ...test.files };
			return inRoot(base, files, test.older ?? [], async (root) => {
				const command = ['chroot', root, '/usr/libexec/rpcd/luci.nft-offload', 'call', test.method];
				if (test.processes) {
					mkdirSync(join(root, 'proc'), { recursive: true });
					command.unshift(
						'unshare',
						'--mount',
						'sh',
						'-c',
						`mount -t proc proc '${root}/proc' && exec "$@"`,
						'sh'
					);
				}
				const [program = '', ...args] = command;
				for (let i = 1; i < (test.times ?? 1); i++) await printedBy(program, args, inputOf(test));
				const { text, complaint } = await printedBy(program, args, inputOf(test));
				const lines = textIn(root, 'calls')
					.split('\n')
					.filter((line) => line !== '');
				if (text === '') {
					throw new Error(complaint);
				}
				return {
					answer: JSON.parse(text) as unknown,
					calls: lines.map((line) => JSON.parse(line) as unknown),
					started: textIn(root, 'started')
				};
			});
		},
		command: (files, words) =>
			inRoot(base, files, [], async (root) => {
				const { status, text, complaint } = await printedBy(
					'chroot',
					[root, '/usr/bin/nft-offload', ...words],
					Buffer.alloc(0)
				);
				return { status, output: text, errors: complaint };
			}),
		work: (files) => {
			const beside = readFileSync(new URL(`../../luci-app-src/root${BESIDE}`, import.meta.url));
			return inRoot(base, { [BESIDE]: beside, [LOG]: '', '/dev/null': '', ...files }, [], async (root) => {
				await promisify(execFile)('chroot', [root, '/usr/bin/ucode', WORKER, '1234']);
				return jobIn(root);
			});
		},
		compare: (files, args) => {
			const ubus = { '/bus.json': '[]', '/usr/share/ucode/ubus.uc': SCRIPTED_UBUS, '/dev/null': '' };
			return inRoot(base, { ...ubus, ...files }, [], async (root) => {
				await promisify(execFile)('chroot', [root, '/usr/bin/ucode', COMPARER, ...args]);
				return jobIn(root, COMPARISON);
			});
		},
		guard: (files, story) => {
			const ours = { '/lived': LIVED, '/usr/share/ucode/ubus.uc': LIVED_UBUS };
			return inGuardedRoot(base, { ...ours, ...files }, (root) =>
				story({ root, guard: (args, world) => live(root, args, world) })
			);
		}
	};
}
