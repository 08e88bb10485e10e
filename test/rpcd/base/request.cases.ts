// SPDX-License-Identifier: Apache-2.0
/** Bad input: each kind has its problem, changes nothing, and asks nobody. */
import type { Case } from '../case.ts';
import { HEALTHY, SESSION } from '../router.ts';

function refuses(name: string, method: string, input: object | string, expected: object): Case {
	return { name, files: HEALTHY, method, input, expected };
}

function invalid(argument: string, expected: string): object {
	return { problem: 'invalid_argument', argument, expected };
}

const NOT_JSON = { problem: 'bad_request', reason: 'standard input is not one JSON object' };
const CONTROLS = '\u0001'.repeat(60000);
const MODES = 'off, software, hardware';
const LIMIT = 'a whole number from 0 to 200';
const SEARCH = 'at most 64 printable ASCII characters';
const HEX = '32 hexadecimal digits';

export const REQUEST_CASES: readonly Case[] = [
	refuses('an unknown method', 'get_root', {}, { problem: 'unknown_method' }),
	...['get_config', 'set_mode'].map((method) =>
		refuses(
			`${method}, by which pages of 0.1.0 learn that they are to be loaded anew`,
			method,
			{},
			{
				problem: 'unknown_method'
			}
		)
	),
	refuses('a method that objects inherit in JavaScript', 'toString', {}, { problem: 'unknown_method' }),
	refuses('nothing on standard input', 'get_status', '', NOT_JSON),
	refuses('a list', 'get_status', '[]', NOT_JSON),
	refuses('null', 'get_status', 'null', NOT_JSON),
	refuses('text after the object', 'check_change', '{"mode":"off"}{"mode":"software"}', NOT_JSON),
	refuses(
		'a request that rpcd cut off',
		'get_flows',
		{ search: CONTROLS, ubus_rpc_session: SESSION },
		NOT_JSON
	),
	refuses(
		'control characters in a search',
		'get_flows',
		{ search: '\u0001\u0002' },
		invalid('search', SEARCH)
	),
	refuses('a NUL in a search', 'get_flows', { search: 'a\u0000b' }, invalid('search', SEARCH)),
	refuses('a search beyond ASCII', 'get_flows', { search: 'ä' }, invalid('search', SEARCH)),
	refuses('a search too long', 'get_flows', { search: 'x'.repeat(65) }, invalid('search', SEARCH)),
	refuses('a search that is a number', 'get_flows', { search: 1 }, invalid('search', SEARCH)),
	refuses(
		'an unknown argument',
		'get_status',
		{ verbose: true },
		{ problem: 'unknown_argument', argument: 'verbose' }
	),
	refuses(
		'an unknown argument with a long name',
		'get_change',
		{ ['n'.repeat(9000)]: 1 },
		{
			problem: 'unknown_argument',
			argument: 'n'.repeat(64)
		}
	),
	refuses(
		'an unknown argument among known ones',
		'check_change',
		{ mode: 'off', force: true },
		{
			problem: 'unknown_argument',
			argument: 'force'
		}
	),
	refuses('an argument named as JavaScript names a prototype', 'get_status', '{"__proto__":1}', {
		problem: 'unknown_argument',
		argument: '__proto__'
	}),
	refuses('no mode', 'check_change', {}, invalid('mode', MODES)),
	refuses('an unknown mode', 'check_change', { mode: 'turbo' }, invalid('mode', MODES)),
	refuses('a mode with a NUL', 'check_change', { mode: 'off\u0000' }, invalid('mode', MODES)),
	refuses(
		'a mode that objects inherit in JavaScript',
		'check_change',
		{ mode: 'constructor' },
		invalid('mode', MODES)
	),
	refuses('a mode that is a number', 'check_change', { mode: 1 }, invalid('mode', MODES)),
	refuses('a mode that is null', 'check_change', { mode: null }, invalid('mode', MODES)),
	refuses('a mode in a list', 'check_change', { mode: ['off'] }, invalid('mode', MODES)),
	refuses('a negative limit', 'get_flows', { limit: -1 }, invalid('limit', LIMIT)),
	refuses('a limit too large', 'get_flows', { limit: 201 }, invalid('limit', LIMIT)),
	refuses('a limit far too large', 'get_flows', '{"limit":99999999999999999999}', invalid('limit', LIMIT)),
	refuses('half a row', 'get_flows', { limit: 1.5 }, invalid('limit', LIMIT)),
	refuses('a limit that is text', 'get_flows', { limit: '50' }, invalid('limit', LIMIT)),
	refuses('a limit that is true', 'get_flows', { limit: true }, invalid('limit', LIMIT)),
	refuses('a page too far', 'get_flows', { offset: 1951 }, invalid('offset', 'offset + limit at most 2000')),
	refuses(
		'an unknown order',
		'get_flows',
		{ sort: 'age' },
		invalid('sort', 'bytes, packets, original_bytes, reply_bytes, original_packets, reply_packets')
	),
	refuses('an unknown path', 'get_flows', { path: 'wire' }, invalid('path', 'cpu, software, hardware')),
	refuses('an unknown family', 'get_flows', { family: 'inet' }, invalid('family', 'ipv4, ipv6')),
	refuses(
		'a protocol with a blank',
		'get_flows',
		{ protocol: 'tcp udp' },
		invalid('protocol', 'letters, digits and -, at most 32')
	),
	refuses('an unknown group', 'get_flows', { group: 'zone' }, invalid('group', 'client')),
	refuses('a breakdown in words', 'get_flows', { breakdown: 'yes' }, invalid('breakdown', 'true or false')),
	refuses(
		'a client that is no address',
		'get_flows',
		{ client: '192.168.1' },
		invalid('client', 'an IP address')
	),
	refuses(
		'a client with more behind it',
		'get_flows',
		{ client: '192.168.1.1\n' },
		invalid('client', 'an IP address')
	),
	refuses(
		'a session too short',
		'get_status',
		{ ubus_rpc_session: '0123' },
		invalid('ubus_rpc_session', HEX)
	),
	refuses(
		'a session in capitals',
		'check_change',
		{ mode: 'off', ubus_rpc_session: SESSION.toUpperCase() },
		invalid('ubus_rpc_session', HEX)
	),
	refuses(
		'a session that is a number',
		'check_change',
		{ mode: 'off', ubus_rpc_session: 1 },
		invalid('ubus_rpc_session', HEX)
	),
	refuses(
		'a session with a line end',
		'check_change',
		{ mode: 'off', ubus_rpc_session: `${SESSION}\n` },
		invalid('ubus_rpc_session', HEX)
	)
];
