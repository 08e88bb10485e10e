// SPDX-License-Identifier: Apache-2.0
/** Says the same to two routers, and tells in what their answers differ. */
import { isObject, type Json } from '../router/bus.ts';
import { differences, type Own } from './differences.ts';
import { until } from '../vm/until.ts';
import { ownOf } from './own.ts';
import { SITUATIONS, UNDER_WAY, type Caller, type Situation, type Step } from './situations.ts';
import { firewallOf, type Passwords, type World } from './world.ts';

const NOBODY = '0'.repeat(32);
const GONE = 'f'.repeat(32);

type Said = [caller: Caller, object: string, method: string, args?: Json];
/** One side: its answers, and its own sessions. */
interface Side {
	world: World;
	sessions: Record<Caller, string>;
	/** The number of the change that it has told of last. */
	change: Json;
}

export interface Setting {
	passwords: Passwords;
	/** The real router's own firewall file. */
	stock: string;
	/** The real one's, such as "25.12.2". */
	release: string;
	/** Whether the real one has a kernel of its own and all of its daemons. */
	machine: boolean;
}

/** Brings both into each situation that the real one can be in. A line for each field that differs. */
export async function compareRouters(ours: World, real: World, setting: Setting): Promise<string[]> {
	const found: string[] = [];
	for (const situation of SITUATIONS.filter(({ machine }) => setting.machine || !machine)) {
		const firewall = firewallOf(situation, setting.stock);
		await Promise.all([ours.arrange(situation, firewall), real.arrange(situation, firewall)]);
		const lines = await converse([sideOf(ours), sideOf(real)], situation, setting);
		found.push(...lines.map((line) => `${situation.title}: ${line}`));
	}
	return found;
}

async function converse(
	sides: [Side, Side],
	situation: Situation,
	{ passwords, release, machine }: Setting
): Promise<string[]> {
	const found: string[] = [];
	const own: readonly Own[] = ownOf(release, machine);
	const say = async (step: Step) => {
		const answers = await Promise.all([answer(sides[0], step), answer(sides[1], step)]);
		const lines = differences(...answers, own, name(step));
		if ('until' in step && field(answers[1], step.field) !== step.is)
			lines.push(`${name(step)}.${step.field}: never ${step.is}`);
		found.push(...lines.map((line) => `${line}, asked ${JSON.stringify(step)}`));
		return answers;
	};
	for (const caller of callersOf(situation)) {
		const username = caller === 'other' ? 'root' : caller;
		const args = { username, password: passwords[username], timeout: 300 };
		const answers = await say(['nobody', 'session', 'login', args]);
		sides.forEach((side, at) => {
			const sid = field(answers[at], 'result.1.ubus_rpc_session');
			if (typeof sid === 'string') side.sessions[caller] = sid;
		});
	}
	for (const step of situation.steps) await say(step);
	return found;
}

function sideOf(world: World): Side {
	return { world, sessions: { root: '', other: '', viewer: '', nobody: NOBODY, gone: GONE }, change: 0 };
}

function callersOf({ steps }: Situation): ('root' | 'other' | 'viewer')[] {
	const named = new Set(steps.map((step) => (Array.isArray(step) ? step[0] : 'root')));
	return (['root', 'other', 'viewer'] as const).filter((caller) => named.has(caller));
}

/** How a step is called in a difference. */
function name(step: Step): string {
	if ('body' in step) return step.body.slice(0, 100);
	const [, object, method] = 'until' in step ? step.until : step;
	return `${object} ${method}`;
}

async function answer(side: Side, step: Step): Promise<Json> {
	if ('body' in step) return post(side, step.body.replaceAll('SESSION', side.sessions.root));
	if (!('until' in step)) return post(side, bodyOf(side, step));
	let reply: Json = null;
	const there = async () => {
		reply = await post(side, bodyOf(side, step.until));
		return field(reply, step.field) === step.is;
	};
	// An answer that never comes is a difference, or else there is one on neither side, which `say` tells.
	await until(`${step.is} in ${name(step)}`, 30, there).catch(() => undefined);
	return reply;
}

/** The answer's fields beside its HTTP status, so that each has a path. */
async function post(side: Side, body: string): Promise<Json> {
	const response = await side.world.post(body);
	const text = await response.text();
	const reply = parsed(text) ?? text;
	side.change = field(reply, 'result.1.report.id') ?? side.change;
	return isObject(reply) ? { http: response.status, ...reply } : { http: response.status, body: reply };
}

function parsed(text: string): Json | undefined {
	try {
		return JSON.parse(text) as Json;
	} catch {
		return undefined;
	}
}

function bodyOf({ sessions, change }: Side, [caller, object, method, args = {}]: Said): string {
	const params = [sessions[caller], object, method, args];
	const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'call', params });
	return body.replace(JSON.stringify(UNDER_WAY), JSON.stringify(change));
}

function field(reply: Json | undefined, path: string): Json | undefined {
	let value = reply;
	for (const step of path.split('.'))
		value = Array.isArray(value) ? value[Number(step)] : isObject(value) ? value[step] : undefined;
	return value;
}
