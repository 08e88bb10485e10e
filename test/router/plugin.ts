// SPDX-License-Identifier: Apache-2.0
/** The exec plugin as rpcd runs it (plugin.c, exec.c): a process per call, and what its output means. */
import { isObject, Status, type Answer, type Json, type JsonObject, type Method } from './bus.ts';
import { NODE } from './programs.ts';
import type { VirtualRouter } from './router.ts';

const OBJECT = 'luci.nft-offload';
/** One write to the pipe; what does not fit is not sent. */
const INPUT_LIMIT = 65536;
const OUTPUT_LIMIT = 256 * 1024;
/** rpcd's `timeout`, in milliseconds, after which the process is killed. */
const RUN_LIMIT = 30_000;
/** json-c's depth limit, as rpcd meets it. */
const DEEPEST = 31;

/** Asks the plugin for its methods, and puts it on the bus. Without an answer it is not there, and nobody says so. */
export async function registerPlugin(router: VirtualRouter): Promise<void> {
	const list = parse(await run(router, ['list'], ''));
	if (!isObject(list)) return;
	const methods: Record<string, Method> = {};
	for (const [name, args] of Object.entries(list)) {
		if (isObject(args))
			methods[name] = { signature: signature(args), call: (given) => call(router, name, given) };
	}
	if (Object.keys(methods).length > 0) router.bus.register(OBJECT, methods);
}

async function call(router: VirtualRouter, method: string, args: JsonObject): Promise<Answer> {
	const { delay, plugin } = router.scenario;
	router.pluginCalls.push({ method, args, at: router.clock.now() });
	await new Promise<void>((resolve) => {
		router.clock.after(delay, resolve);
	});
	if (plugin === 'crashes') return { status: Status.no_data };
	router.refresh();
	const output =
		plugin === 'works' ? await run(router, ['call', method], JSON.stringify(args)) : 'Segmentation fault\n';
	if (output.trim() === '') return { status: Status.no_data };
	const reply = parse(output);
	if (reply === null) return { status: Status.no_data };
	return isObject(reply) && depth(reply) <= DEEPEST
		? { status: Status.ok, data: reply }
		: { status: Status.invalid_argument };
}

/** What the process prints until it ends, or is killed for its time or its output. Its exit status counts for nothing. */
function run(router: VirtualRouter, args: string[], input: string): Promise<string> {
	return new Promise((resolve) => {
		const { child, stdin, stdout, stderr } = router.processes.start([
			...NODE,
			router.options.host,
			router.root,
			...args
		]);
		const chunks: Buffer[] = [];
		let length = 0;
		const timer = setTimeout(() => child.kill('SIGKILL'), RUN_LIMIT);
		stderr.resume();
		stdout.on('data', (chunk: Buffer) => {
			chunks.push(chunk);
			length += chunk.length;
			if (length > OUTPUT_LIMIT) child.kill('SIGKILL');
		});
		child.on('close', () => {
			clearTimeout(timer);
			resolve(length > OUTPUT_LIMIT ? '' : Buffer.concat(chunks).toString('utf8'));
		});
		stdin.end(Buffer.from(input).subarray(0, INPUT_LIMIT));
	});
}

function parse(output: string): Json | undefined {
	try {
		return JSON.parse(output) as Json;
	} catch {
		return undefined;
	}
}

/** The example of each argument tells its type; 64 is a number of so many bits (rpcd: plugin.c). */
function signature(args: JsonObject): Method['signature'] {
	return Object.fromEntries(
		Object.entries(args).map(([name, example]) => {
			if (example === 64) return [name, 'unknown'];
			if (Array.isArray(example)) return [name, 'array'];
			if (typeof example === 'string' || typeof example === 'boolean' || typeof example === 'number') {
				return [name, typeof example as 'string' | 'boolean' | 'number'];
			}
			return [name, 'object'];
		})
	);
}

function depth(value: Json): number {
	if (typeof value !== 'object' || value === null) return 0;
	return 1 + Math.max(0, ...Object.values(value).map(depth));
}
