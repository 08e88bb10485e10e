// SPDX-License-Identifier: Apache-2.0
/**
 * What is said to a real router and to the virtual one, situation by situation: every call that the page makes,
 * with arguments good and bad, and what can go wrong on the way to the plugin. All of it over HTTP.
 */
import type { JsonObject } from '../router/bus.ts';
import type { ScenarioName } from '../router/scenarios.ts';

/** `nobody` has no session, `gone` one that has ended, `other` is a second session of root's. */
export type Caller = 'root' | 'other' | 'viewer' | 'nobody' | 'gone';
type Call = [caller: Caller, object: string, method: string, args?: JsonObject];
/** Stands for the number of the change that the router has told of last. */
export const UNDER_WAY = 'THE CHANGE';
/** A body as it is sent, with its session in the place of SESSION. */
interface Raw {
	body: string;
}
/** A call that is repeated until a field of its reply has this value. */
interface Wait {
	until: Call;
	field: string;
	is: string;
}
export type Step = Call | Raw | Wait;

export interface Situation {
	title: string;
	/** The virtual router's; a real one gets its firewall file, and what else makes it so. */
	scenario: ScenarioName;
	/** Needs the router's own kernel and all of its daemons, which a userland alone lacks. */
	machine: boolean;
	steps: readonly Step[];
}

const PLUGIN = 'luci.nft-offload';
const READS = ['get_change', 'get_flows', 'get_job', 'get_package', 'get_status'];
const WRITES = [
	'check_change',
	'install_package',
	'keep_change',
	'load_firewall',
	'relearn_flows',
	'start_change',
	'undo_change'
];
/** Those of 0.1.0. */
const RETIRED = ['get_config', 'set_mode'];
const METHODS = [...READS, ...WRITES, ...RETIRED];
const SECTION = 'cfg01e63d';

const call = (method: string, args: JsonObject = {}): Call => ['root', PLUGIN, method, args];
const uci = (method: string, args: JsonObject = {}): Call => ['root', 'uci', method, args];
const login = (args: JsonObject): Call => ['nobody', 'session', 'login', args];
const access = (caller: Caller, args: JsonObject): Call => [caller, 'session', 'access', args];
const request = (params: string) => ({ body: `{"jsonrpc":"2.0","id":1,"method":"call","params":${params}}` });

const ENVELOPE: readonly Step[] = [
	{ body: '' },
	{ body: '{"jsonrpc":' },
	{ body: 'null' },
	{ body: '[]' },
	{ body: '{}' },
	{ body: '{"jsonrpc":"1.0","id":1,"method":"call","params":["SESSION","uci","changes",{}]}' },
	{ body: '{"jsonrpc":"2.0","id":"a","method":"call","params":["SESSION","uci","changes",{}]}' },
	{ body: '{"jsonrpc":"2.0","method":"call","params":["SESSION","uci","changes",{}]}' },
	{ body: '{"jsonrpc":"2.0","id":1,"method":"shout","params":[]}' },
	{ body: '{"jsonrpc":"2.0","id":1,"method":"call"}' },
	{ body: `{"jsonrpc":"2.0","id":1,"method":"list","params":["${PLUGIN}"]}` },
	request('{}'),
	request('[]'),
	request('["SESSION","uci","changes"]'),
	request('["SESSION","uci","changes",[]]'),
	request('["SESSION",1,"changes",{}]'),
	request('["SESSION","uci","changes",{"ubus_rpc_session":"SESSION"}]'),
	// No longer one: of more than 65,536 bytes uhttpd answers a parse error, HTTP 400 or nothing, as the pieces arrive.
	request(`["SESSION","${PLUGIN}","get_flows",{"search":"${'\\u0001'.repeat(10_800)}"}]`),
	{
		body: `[${request('["SESSION","uci","changes",{}]').body},${request('["SESSION","no.such","x",{}]').body}]`
	},
	['root', 'no.such', 'method'],
	['root', PLUGIN, 'no_such_method'],
	['root', PLUGIN, ''],
	['root', 'uci', 'no_such_method']
];

const SESSIONS: readonly Step[] = [
	...(['nobody', 'gone'] as const).flatMap((caller) => [
		...METHODS.map((method): Call => [caller, PLUGIN, method, {}]),
		...['changes', 'get', 'set', 'apply', 'confirm', 'rollback', 'revert'].map((method): Call => [
			caller,
			'uci',
			method,
			{ config: 'firewall' }
		]),
		[caller, 'luci-rpc', 'getHostHints'] as Call
	]),
	login({ username: 'root', password: 'wrong' }),
	login({ username: 'nobody', password: '' }),
	login({ username: 'root' }),
	login({ username: 1, password: 2 }),
	login({}),
	access('nobody', { scope: 'ubus', object: PLUGIN, function: 'get_status' }),
	access('gone', { scope: 'ubus', object: PLUGIN, function: 'get_status' }),
	...(['root', 'viewer'] as const).flatMap((caller) => [
		access(caller, { scope: 'ubus', object: PLUGIN, function: 'get_status' }),
		...[...METHODS].map((method) => access(caller, { scope: 'ubus', object: PLUGIN, function: method })),
		access(caller, { scope: 'uci', object: 'firewall', function: 'read' }),
		access(caller, { scope: 'uci', object: 'firewall', function: 'write' }),
		access(caller, { scope: 'access-group', object: 'luci-app-nft-offload', function: 'write' })
	]),
	access('root', { scope: 'no-such', object: 'firewall', function: 'read' }),
	...[
		{},
		{ scope: 'uci' },
		{ scope: 'uci', object: 'firewall' },
		{ scope: 'uci', object: 1, function: true }
	].map((args) => access('root', args)),
	['root', 'session', 'list'],
	['root', 'session', 'get'],
	['root', 'session', 'get', { keys: ['username'] }],
	['root', 'session', 'set', { values: { username: 'nobody' } }],
	['other', 'session', 'destroy'],
	['other', 'session', 'destroy'],
	['other', PLUGIN, 'get_job']
];

const ARGUMENTS: readonly Step[] = [
	call('get_status', { colour: 'red' }),
	...RETIRED.map((method) => call(method)),
	call('get_change', { id: 1 }),
	...[{}, { mode: 'turbo' }, { mode: ['off'] }, { mode: 'off', force: true }].flatMap((args) => [
		call('check_change', args),
		call('start_change', args)
	]),
	...[
		{ seconds: 4 },
		{ seconds: 86_401 },
		{ seconds: 5.5 },
		{ seconds: '60' },
		{ trial: 1 },
		{ revision: 1 },
		{ revision: 'no such' },
		{ revision: '0-0-0' }
	].map((args) => call('start_change', { mode: 'off', ...args })),
	...['keep_change', 'undo_change'].flatMap((method) =>
		[{}, { id: 'x' }, { id: -1 }, { id: 1, force: true }, { id: 1 }].map((args) => call(method, args))
	),
	call('get_change'),
	...[{ offset: '0' }, { offset: 1.5 }, { offset: 2_147_483_648 }].map((args) => call('get_job', args)),
	...[
		{ limit: 201 },
		{ limit: -1 },
		{ sort: 'age' },
		{ search: 'é' },
		{ client: 'laptop' },
		{ breakdown: 1 }
	].map((args) => call('get_flows', args))
];

const UCI: readonly Step[] = [
	...[
		{},
		{ config: 1 },
		{ config: 'no-such' },
		{ config: '../passwd' },
		{ config: 'rpcd' },
		{ config: 'firewall' },
		{ config: 'firewall', type: 'defaults' },
		{ config: 'firewall', type: 'zone', match: { name: 'wan' } },
		{ config: 'firewall', section: '@defaults[0]' },
		{ config: 'firewall', section: SECTION },
		{ config: 'firewall', section: 'no_such' },
		{ config: 'firewall', section: '@zone[0]', option: 'network' },
		{ config: 'firewall', section: '@defaults[0]', option: 'input' },
		{ config: 'firewall', section: '@defaults[0]', option: 'no_such' }
	].map((args) => uci('get', args)),
	uci('changes'),
	uci('changes', { config: 'firewall' }),
	uci('changes', { config: 'no-such' }),
	...[
		{},
		{ config: 'firewall' },
		{ config: 'firewall', section: SECTION },
		{ config: 'firewall', section: 'no_such', values: { input: 'DROP' } },
		{ config: 'no-such', section: 'x', values: { input: 'DROP' } },
		{ config: 'firewall', section: SECTION, values: { 'in put': 'DROP' } },
		{ config: 'firewall', section: SECTION, values: { flow_offloading: '1', input: 'DROP' } }
	].map((args) => uci('set', args)),
	uci('changes'),
	['other', 'uci', 'changes'],
	uci('get', { config: 'firewall', section: SECTION }),
	...[
		{},
		{ config: 'firewall', section: 'no_such' },
		{ config: 'firewall', section: SECTION, option: 'no_such' },
		{ config: 'firewall', section: SECTION, option: 'input' }
	].map((args) => uci('delete', args)),
	uci('changes'),
	uci('revert'),
	uci('revert', { config: 'no-such' }),
	uci('revert', { config: 'firewall' }),
	uci('changes'),
	uci('confirm'),
	uci('rollback'),
	uci('apply'),
	uci('apply', { rollback: true, timeout: 90 })
];

const MODE_OFF = { mode: 'off' };
const ARGUMENTS_OF: Record<string, JsonObject> = {
	get_flows: { limit: 0 },
	check_change: MODE_OFF,
	start_change: MODE_OFF,
	keep_change: { id: 1 },
	undo_change: { id: 1 },
	set_mode: MODE_OFF
};
const READ_ONLY: readonly Step[] = [
	...METHODS.map((method): Call => ['viewer', PLUGIN, method, ARGUMENTS_OF[method] ?? {}]),
	['viewer', 'uci', 'get', { config: 'firewall', type: 'defaults' }],
	['viewer', 'uci', 'changes'],
	['viewer', 'uci', 'set', { config: 'firewall', section: SECTION, values: { input: 'DROP' } }],
	['viewer', 'uci', 'delete', { config: 'firewall', section: SECTION, option: 'input' }],
	['viewer', 'uci', 'revert', { config: 'firewall' }],
	['viewer', 'uci', 'apply', { rollback: true, timeout: 90 }],
	['viewer', 'uci', 'confirm'],
	['viewer', 'uci', 'rollback']
];

/** What another page's Save & Apply does, and what the page and other admins hear meanwhile. */
const APPLY: readonly Step[] = [
	call('check_change', MODE_OFF),
	uci('set', { config: 'firewall', section: SECTION, values: { input: 'DROP' } }),
	uci('changes', { config: 'firewall' }),
	['other', 'uci', 'changes', { config: 'firewall' }],
	// What is staged is in nobody's way, and not in the file that is told.
	call('check_change', MODE_OFF),
	uci('apply', { rollback: true, timeout: 90 }),
	uci('apply', { rollback: true, timeout: 90 }),
	uci('revert', { config: 'firewall' }),
	['other', 'uci', 'apply', { rollback: true, timeout: 90 }],
	['other', 'uci', 'confirm'],
	['other', 'uci', 'rollback'],
	call('start_change', MODE_OFF),
	['other', PLUGIN, 'start_change', MODE_OFF],
	uci('changes'),
	uci('confirm'),
	uci('confirm'),
	call('check_change', MODE_OFF),
	uci('set', { config: 'firewall', section: SECTION, values: { input: 'REJECT' } }),
	uci('apply', { rollback: true, timeout: 90 }),
	uci('rollback'),
	uci('changes'),
	uci('revert', { config: 'firewall' }),
	call('check_change', MODE_OFF)
];

/** What the page says and hears from the press of a button to its end, and what others hear meanwhile. */
const CHANGE: readonly Step[] = [
	...['get_status', 'get_change', 'get_package', 'get_job'].map((method) => call(method)),
	['root', 'luci-rpc', 'getHostHints'],
	['root', 'luci-rpc', 'getDHCPLeases'],
	call('check_change', { mode: 'hardware' }),
	call('check_change', { mode: 'software' }),
	call('start_change', { mode: 'software', revision: '0-0-0' }),
	call('start_change', { mode: 'software', seconds: 120 }),
	{ until: call('get_change'), field: 'result.1.state', is: 'proving' },
	call('get_status'),
	['other', PLUGIN, 'start_change', MODE_OFF],
	call('install_package'),
	['viewer', PLUGIN, 'get_change'],
	['other', PLUGIN, 'keep_change', { id: 1 }],
	['other', PLUGIN, 'undo_change', { id: UNDER_WAY }],
	{ until: call('get_change'), field: 'result.1.state', is: 'ended' },
	call('keep_change', { id: UNDER_WAY }),
	call('check_change', { mode: 'software' }),
	call('start_change', { mode: 'software', seconds: 120, trial: true }),
	{ until: call('get_change'), field: 'result.1.state', is: 'proving' },
	call('keep_change', { id: UNDER_WAY }),
	call('undo_change', { id: UNDER_WAY }),
	call('check_change', MODE_OFF)
];

const flows = (args: JsonObject): Call => call('get_flows', { limit: 1, ...args });
const TRAFFIC: readonly Step[] = [
	{
		until: flows({ path: 'software', family: 'ipv4', protocol: 'tcp' }),
		field: 'result.1.flows.0.path',
		is: 'software'
	},
	call('get_status'),
	flows({ limit: 0 }),
	flows({ limit: 0, breakdown: true }),
	flows({ path: 'cpu', family: 'ipv4', protocol: 'icmp' }),
	flows({ path: 'hardware' }),
	flows({ group: 'client', sort: 'reply_bytes' }),
	flows({ group: 'client', path: 'software', offset: 1000 }),
	flows({ client: '192.0.2.77' }),
	flows({ search: 'no such text' })
];

export const SITUATIONS: readonly Situation[] = [
	{ title: 'the envelope', scenario: 'cpu', machine: false, steps: ENVELOPE },
	{ title: 'sessions', scenario: 'cpu', machine: false, steps: SESSIONS },
	{ title: 'arguments', scenario: 'cpu', machine: false, steps: ARGUMENTS },
	{ title: 'uci', scenario: 'cpu', machine: false, steps: UCI },
	{
		title: 'a file that libuci refuses',
		scenario: 'unreadable',
		machine: false,
		steps: [
			call('check_change', { mode: 'software' }),
			call('start_change', { mode: 'software' }),
			uci('get', { config: 'firewall' }),
			uci('set', { config: 'firewall', section: SECTION, values: { input: 'DROP' } }),
			uci('changes')
		]
	},
	{
		title: 'a file with comments',
		scenario: 'comments',
		machine: false,
		steps: [call('check_change', MODE_OFF), uci('get', { config: 'firewall' })]
	},
	{ title: 'a plugin that crashes', scenario: 'crashes', machine: false, steps: [call('get_status')] },
	{ title: 'a plugin that prints no JSON', scenario: 'garbage', machine: false, steps: [call('get_status')] },
	{ title: 'an apply of LuCI’s own', scenario: 'cpu', machine: false, steps: APPLY },
	{ title: 'the CPU path, and a change', scenario: 'cpu', machine: true, steps: CHANGE },
	{ title: 'software offload with traffic', scenario: 'software', machine: true, steps: TRAFFIC },
	{ title: 'a user who may only look', scenario: 'read-only', machine: true, steps: READ_ONLY },
	{
		title: 'hardware asked for, and no device has a flow engine',
		scenario: 'no-engine',
		machine: true,
		steps: [call('get_status')]
	}
];
