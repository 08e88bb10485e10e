// SPDX-License-Identifier: Apache-2.0
/**
 * The guard of a change from its order to its end, in Node and on each real ucode at hand, in a time of its own: ten minutes of a
 * trial take as long as its programs do.
 */
import { describe, expect, test } from 'vitest';
import type { ChangeReport, Mode } from '../../../rpcd/api/index.ts';
import type { Files } from '../case.ts';
import { config } from '../router.ts';
import { allTiers, type GuardedRouter, type Tier } from '../tiers.ts';
import { change, CHANGE, processOf } from './record.ts';
import {
	CONFIG,
	configOf,
	Killed,
	MARKER,
	optionsOf,
	ORDER,
	orderOf,
	report,
	ROUTER,
	Surroundings,
	TAKEN,
	type Traffic
} from './world.ts';

interface Story {
	name: string;
	from?: Mode;
	to?: Mode;
	seconds?: number;
	/** What was set up before, where that is not what the file asked for. */
	was?: Mode;
	files?: Files;
	/** What happens. */
	happens?: (world: Surroundings) => void;
	outcome: object;
	/** What could be read of the change until its end, where that matters. */
	trace?: readonly string[];
	/** What was seen last of the mode. */
	seen?: string;
	/** The whole file in the end, where it is neither as it was nor that of the mode. */
	file?: string;
	/** What the kernel has in the end. */
	mode?: Mode;
	/** firewall4's commands that the guard had to run. */
	ran?: readonly string[];
	/** How often the firewall was told of another file; or else twice, and once where the change stays. */
	events?: number;
}

const BACK_TO_OFF = config("option flow_offloading '0'");

/** Lines that firewall4 dies of, what they are told as, and the file that a change goes back to from there. */
const REFUSED_VALUES = [
	['a word that is none', "option flow_offloading 'maybe'", 'maybe', BACK_TO_OFF],
	[
		'bytes that JSON cannot hold',
		Buffer.from("option flow_offloading 'ma\xeb'", 'latin1'),
		String.raw`ma\xeb`,
		BACK_TO_OFF
	],
	// libuci writes that file anew.
	['a list', "list flow_offloading '1'\n\tlist flow_offloading '0'", '[1 0]', `\n${BACK_TO_OFF}\n`]
] as const;

/** Files of a change from such a value. */
function fromRefused(lines: string | Buffer, told: string, more: Partial<ChangeReport> = {}): Files {
	const order = report('off', 'software', {
		previous_options: { flow_offloading: told, flow_offloading_hw: null },
		way_back: { flow_offloading: '0', flow_offloading_hw: null },
		...more
	});
	const [before, after] = config('@').split('@');
	return {
		[CONFIG]: Buffer.concat([Buffer.from(before ?? ''), Buffer.from(lines), Buffer.from(after ?? '')]),
		[ORDER]: orderOf(order)
	};
}

const keep = (world: Surroundings): void => {
	world.decide('keep');
};
const keepWhenProved = (world: Surroundings): void => {
	world.when('proving: complete', () => {
		keep(world);
	});
};

const kept = (proved: boolean): object => ({ code: 'kept', by: 'root', proved });
const reverted = (reason: object, loaded = true): object => ({ code: 'reverted', reason, loaded });
const TIME_OVER = reverted({ code: 'time_over' });
const notInEffect = (verdict: object): object => ({ code: 'not_in_effect', verdict });
const ANY_REASON: unknown = expect.stringMatching(/^[ -~]+$/);
const NOT_WRITTEN = { code: 'not_written', reason: ANY_REASON };

const PROVED = [
	'loading',
	'proving: connections 0',
	'proving: movement 0',
	'proving: movement 1',
	'proving: movement 2',
	'proving: complete 3'
];

const SYNTAX = '/etc/nftables.d/bad.nft:1:35-35: Error: syntax error';
const REFUSED = notInEffect({ code: 'ruleset_refused', reason: SYNTAX });
const FELL_BACK = notInEffect({ code: 'hardware_refused', devices: [] });
const OTHERS = { flow_offloading: '1', flow_offloading_hw: '1' };
const ABSENT = { flow_offloading: null, flow_offloading_hw: null };
/** 140,000 bytes. */
const LONG = `\n${'# a long list of somebody’s own\n'.repeat(4000)}`;
const REDIRECT = "\nconfig redirect\n\toption name 'at noon' # mine\n";

const WAYS: readonly Story[] = [
	{ name: 'to software', outcome: kept(true), trace: [...PROVED, 'ended'] },
	{ name: 'to hardware', to: 'hardware', outcome: kept(true), trace: [...PROVED, 'ended'] },
	{ name: 'from software to hardware', from: 'software', to: 'hardware', outcome: kept(true) },
	{ name: 'from hardware to software', from: 'hardware', outcome: kept(true) },
	{ name: 'to off', from: 'hardware', to: 'off', outcome: kept(true), trace: [...PROVED, 'ended'] },
	{
		name: 'to what is set up already, since hardware has fallen back to it: another flowtable is waited for',
		from: 'hardware',
		was: 'software',
		happens: (world) => {
			world.loadsIn = 9;
			keepWhenProved(world);
		},
		outcome: kept(true),
		trace: [...PROVED, 'ended']
	}
];

const ENDS: readonly Story[] = [
	{
		name: 'nobody keeps it',
		outcome: TIME_OVER,
		trace: [...PROVED, 'reverting: time_over, nothing', 'reverting: time_over, firewall', 'ended']
	},
	{ name: 'nobody keeps hardware', from: 'software', to: 'hardware', outcome: TIME_OVER },
	{ name: 'nobody keeps it to be off', from: 'software', to: 'off', outcome: TIME_OVER },
	{
		name: 'nobody keeps what was set up already, and firewall4 falls back again',
		from: 'hardware',
		was: 'software',
		happens: (world) => {
			world.fallsBack = true;
		},
		outcome: TIME_OVER
	},
	{
		name: 'and firewall4 does not fall back any more',
		from: 'hardware',
		was: 'software',
		outcome: TIME_OVER,
		mode: 'hardware'
	},
	{
		name: 'kept though nothing goes through',
		happens: (world) => {
			world.traffic = [];
			world.at(10, () => {
				keep(world);
			});
		},
		outcome: kept(false),
		seen: 'proving: connections 0'
	},
	{
		name: 'kept late in a long trial',
		seconds: 600,
		happens: (world) => {
			world.patience = 700;
			world.at(590, () => {
				keep(world);
			});
		},
		outcome: kept(true)
	},
	{
		name: 'taken back while it proves',
		happens: (world) => {
			world.when('proving: movement 1', () => {
				world.decide('undo', 'admin');
			});
		},
		outcome: reverted({ code: 'asked', by: 'admin' })
	},
	{
		name: 'taken back while the firewall loads',
		happens: (world) => {
			world.when('loading', () => {
				world.decide('undo', null);
			});
		},
		outcome: reverted({ code: 'asked', by: null })
	},
	{
		name: 'what is decided about another change is none',
		happens: (world) => {
			world.when('proving: movement 0', () => {
				world.decide('undo', 'admin', 7);
			});
			world.when('proving: movement 1', () => {
				world.decide('keep', 'admin', 7);
			});
		},
		outcome: TIME_OVER
	},
	{
		name: 'taken back by one and then kept by another, before the guard hears of either',
		happens: (world) => {
			world.when('proving: complete', () => {
				world.decide('undo', 'admin');
				keep(world);
			});
		},
		outcome: reverted({ code: 'asked', by: 'admin' })
	},
	{
		name: 'kept, and the service is stopped before the guard hears of it',
		happens: (world) => {
			world.when('proving: complete', () => {
				keep(world);
				world.decide('stop', null);
			});
		},
		outcome: reverted({ code: 'stopped' })
	},
	{
		name: 'a decision that is none',
		happens: (world) => {
			world.when('proving: movement 0', () => {
				world.decide('stop', null, 7);
				world.put('/var/run/nft-offload/undo.json', '{"by":"root"}');
				world.put('/var/run/nft-offload/keep.json', '[1234]');
			});
		},
		outcome: TIME_OVER
	},
	{
		name: 'somebody sets other options meanwhile',
		happens: (world) => {
			world.when('proving: movement 1', () => {
				world.put(CONFIG, configOf(OTHERS));
			});
		},
		outcome: { code: 'superseded', options: OTHERS },
		file: configOf(OTHERS),
		mode: 'software',
		events: 2
	},
	{
		name: 'somebody does before the firewall has loaded',
		happens: (world) => {
			world.loadsIn = 8;
			world.when('loading', () => {
				world.put(CONFIG, configOf(OTHERS));
			});
		},
		outcome: { code: 'superseded', options: OTHERS },
		file: configOf(OTHERS),
		mode: 'off',
		events: 2
	},
	{
		name: 'somebody does at the moment when it is kept',
		happens: (world) => {
			world.when('proving: complete', () => {
				keep(world);
				world.put(CONFIG, configOf(OTHERS));
			});
		},
		outcome: { code: 'superseded', options: OTHERS },
		file: configOf(OTHERS),
		mode: 'software',
		events: 2
	},
	{
		name: 'somebody does while the file cannot be put back',
		seconds: 10,
		happens: (world) => {
			world.when('proving', () => {
				world.writable(false);
			});
			world.when('reverting: time_over, file', () => {
				world.writable(true);
				world.put(CONFIG, configOf(OTHERS));
			});
		},
		outcome: { code: 'superseded', options: OTHERS },
		file: configOf(OTHERS),
		mode: 'software'
	},
	{
		name: 'somebody keeps it when its time is over, and the guard was held up',
		seconds: 12,
		happens: (world) => {
			world.at(12, () => {
				keep(world);
			});
		},
		outcome: TIME_OVER
	},
	{
		name: 'the file is empty for a moment, as one is that is being written',
		seconds: 20,
		happens: (world) => {
			const whole = configOf(optionsOf('software'));
			world.when('proving: movement 0', () => {
				world.put(CONFIG, '');
			});
			world.after('proving: movement 0', 4, () => {
				world.put(CONFIG, whole);
			});
		},
		outcome: TIME_OVER
	},
	{
		name: 'the file loses its section of defaults for good: both options are gone, as somebody wants it',
		from: 'hardware',
		seconds: 60,
		happens: (world) => {
			world.when('proving: complete', () => {
				world.put(CONFIG, REDIRECT);
				keep(world);
			});
		},
		outcome: { code: 'superseded', options: ABSENT },
		file: REDIRECT,
		mode: 'software',
		events: 2
	},
	{
		name: 'it loses that when it is to be put back',
		from: 'hardware',
		seconds: 10,
		happens: (world) => {
			world.when('reverting', () => {
				world.put(CONFIG, REDIRECT);
			});
			world.when('proving', () => {
				world.writable(false);
			});
			world.when('reverting: time_over, file', () => {
				world.writable(true);
			});
		},
		outcome: { code: 'superseded', options: ABSENT },
		file: REDIRECT,
		mode: 'software',
		events: 2
	},
	{
		name: 'libuci refuses the file when it is kept: nobody knows whether the change is in it',
		seconds: 20,
		happens: (world) => {
			const whole = configOf(optionsOf('software'));
			world.when('proving: complete', () => {
				world.put(CONFIG, `${whole}config rule 'x`);
				keep(world);
			});
			world.when('reverting: time_over, file', () => {
				world.put(CONFIG, whole);
			});
		},
		outcome: TIME_OVER
	},
	{
		name: 'the file grows to more than a change may begin with',
		happens: (world) => {
			world.when('proving', () => {
				world.put(CONFIG, world.config() + LONG);
			});
		},
		outcome: TIME_OVER,
		file: configOf(optionsOf('off')) + LONG
	},
	{
		name: 'the boot script is not to run any more: a restart would take nothing back',
		happens: (world) => {
			world.when('proving: movement 1', () => {
				world.remove('/etc/rc.d/S15nft-offload');
			});
		},
		outcome: reverted({ code: 'stopped' })
	},
	{
		name: 'what somebody else has changed in the file meanwhile stays',
		happens: (world) => {
			world.when('proving', () => {
				world.put(CONFIG, world.config() + REDIRECT);
			});
		},
		outcome: TIME_OVER,
		file: configOf(optionsOf('off')) + REDIRECT
	},
	{
		name: 'nobody can read the file when it is to be put back',
		seconds: 10,
		happens: (world) => {
			const whole = configOf(optionsOf('software'));
			world.when('proving', () => {
				world.put(CONFIG, "config defaults\n\toption input 'x\n");
			});
			world.when('reverting: time_over, file', () => {
				world.put(CONFIG, whole);
			});
		},
		outcome: TIME_OVER
	}
];

/** Where firewall4 loads nothing of what was there before, the way back is another one: byte for byte but for these lines. */
const REFUSED_BEFORE: readonly Story[] = [
	...REFUSED_VALUES.map(([name, lines, told, file]): Story => ({
		name,
		files: fromRefused(lines, told, { seconds: 20 }),
		outcome: TIME_OVER,
		file,
		mode: 'off'
	})),
	{
		name: 'and what was set up before that value came is not waited for',
		was: 'hardware',
		files: fromRefused("option flow_offloading 'maybe'", 'maybe', { seconds: 20 }),
		outcome: TIME_OVER,
		file: BACK_TO_OFF,
		mode: 'off'
	},
	{
		name: 'of the second option alone',
		files: fromRefused("option flow_offloading '1'\n\toption flow_offloading_hw 'maybe'", '', {
			seconds: 20,
			previous_options: { flow_offloading: '1', flow_offloading_hw: 'maybe' },
			options: { flow_offloading: '1', flow_offloading_hw: '0' },
			way_back: { flow_offloading: '0', flow_offloading_hw: '0' }
		}),
		outcome: TIME_OVER,
		file: config("option flow_offloading '0'", "option flow_offloading_hw '0'"),
		mode: 'off'
	},
	{
		name: 'a change to Off has nothing to go back to, and stays',
		was: 'hardware',
		files: fromRefused("option flow_offloading 'maybe'", 'maybe', {
			seconds: 20,
			mode: 'off',
			options: { flow_offloading: '0', flow_offloading_hw: null }
		}),
		outcome: TIME_OVER,
		file: BACK_TO_OFF,
		mode: 'off',
		events: 2
	},
	{
		name: 'what somebody else has changed in the file meanwhile stays there, too',
		files: fromRefused("option flow_offloading 'maybe'", 'maybe', { seconds: 20 }),
		happens: (world) => {
			world.when('proving', () => {
				world.put(CONFIG, world.config() + REDIRECT);
			});
		},
		outcome: TIME_OVER,
		file: BACK_TO_OFF + REDIRECT,
		mode: 'off'
	},
	{
		name: 'somebody puts the refused value back while the router goes back: once more',
		files: fromRefused("option flow_offloading 'maybe'", 'maybe', { seconds: 20 }),
		happens: (world) => {
			world.when('reverting: time_over, firewall', () => {
				world.put(CONFIG, config("option flow_offloading 'maybe'"));
			});
		},
		outcome: TIME_OVER,
		file: BACK_TO_OFF,
		mode: 'off',
		events: 3
	}
];

const LOADS: readonly Story[] = [
	{
		name: 'nft refuses the ruleset',
		happens: (world) => {
			world.refuse(SYNTAX);
		},
		outcome: reverted(REFUSED)
	},
	{
		name: 'nft refuses it, whichever mode it has',
		from: 'software',
		to: 'hardware',
		happens: (world) => {
			world.refuse(SYNTAX);
		},
		outcome: reverted(REFUSED, false),
		ran: ['reload']
	},
	{
		name: 'firewall4 falls back to software',
		to: 'hardware',
		happens: (world) => {
			world.fallsBack = true;
		},
		outcome: reverted(FELL_BACK)
	},
	{
		name: 'it falls back at a later reload',
		to: 'hardware',
		happens: (world) => {
			world.when('proving: movement 1', () => {
				world.fallsBack = true;
				world.load();
			});
		},
		outcome: reverted(FELL_BACK)
	},
	{
		name: 'a reload in between, after which the proof begins anew',
		happens: (world) => {
			world.when('proving: movement 2', () => {
				world.load();
			});
			keepWhenProved(world);
		},
		outcome: kept(true),
		trace: [...PROVED.slice(0, 5), ...PROVED.slice(2), 'ended']
	},
	{
		name: 'a reload behind the whole proof, which is gone with its flowtable',
		happens: (world) => {
			world.when('proving: complete', () => {
				world.load();
				world.after('proving: movement 0', 1, () => {
					keep(world);
				});
			});
		},
		outcome: kept(false)
	},
	{
		name: 'a restart of the firewall in between',
		happens: (world) => {
			world.when('proving: movement 1', () => {
				world.flush();
				world.after('loading', 3, () => {
					world.load();
				});
			});
			keepWhenProved(world);
		},
		outcome: kept(true),
		trace: [...PROVED.slice(0, 4), ...PROVED, 'ended']
	},
	{
		name: 'procd has not heard of it',
		happens: (world) => {
			world.loadsIn = null;
			keepWhenProved(world);
		},
		outcome: kept(true),
		ran: ['reload']
	},
	{
		name: 'procd has not heard of it, and the mode is set up already',
		from: 'hardware',
		was: 'software',
		happens: (world) => {
			world.loadsIn = null;
			keepWhenProved(world);
		},
		outcome: kept(true),
		ran: ['reload']
	},
	{
		name: 'procd has not heard of it either way',
		seconds: 25,
		happens: (world) => {
			world.loadsIn = null;
		},
		from: 'software',
		to: 'hardware',
		outcome: TIME_OVER,
		ran: ['reload', 'reload']
	},
	{
		name: 'a load fails, and firewall4 has forgotten itself',
		happens: (world) => {
			world.loadsIn = null;
			world.at(2, () => {
				world.forget();
			});
			keepWhenProved(world);
		},
		outcome: kept(true),
		ran: ['start']
	},
	{
		name: 'an admin has stopped the firewall: it is loaded, and stays so on the way back',
		from: 'software',
		to: 'off',
		seconds: 30,
		happens: (world) => {
			world.flush();
			world.forget();
			world.loadsIn = null;
		},
		outcome: TIME_OVER,
		ran: ['start', 'reload']
	},
	{
		name: 'the firewall takes longer than there is time',
		seconds: 5,
		happens: (world) => {
			world.loadsIn = 9;
		},
		outcome: reverted(notInEffect({ code: 'not_reloaded' }))
	},
	{
		name: 'the old mode does not come back',
		from: 'software',
		to: 'hardware',
		seconds: 20,
		happens: (world) => {
			world.when('reverting', () => {
				world.refuse(SYNTAX);
			});
		},
		outcome: reverted({ code: 'time_over' }, false),
		mode: 'hardware',
		ran: ['reload']
	}
];

const WRITES: readonly Story[] = [
	{
		name: 'the marker cannot be written',
		files: { '/etc/nft-offload': 'no directory' },
		outcome: NOT_WRITTEN,
		trace: ['ended'],
		events: 0
	},
	{
		name: 'the file cannot be written',
		happens: (world) => {
			world.writable(false);
		},
		outcome: NOT_WRITTEN,
		trace: ['ended'],
		events: 0
	},
	{
		name: 'somebody has set the options since the order',
		files: { [CONFIG]: configOf(OTHERS) },
		outcome: NOT_WRITTEN,
		file: configOf(OTHERS),
		events: 0
	},
	{
		name: 'an apply has begun since the order',
		happens: (world) => {
			world.apply(true);
		},
		outcome: NOT_WRITTEN,
		events: 0
	},
	{
		name: 'the file cannot be put back, and then it can',
		seconds: 10,
		happens: (world) => {
			world.when('proving', () => {
				world.writable(false);
			});
			world.when('reverting: time_over, file', () => {
				world.at(40, () => {
					world.writable(true);
				});
			});
		},
		outcome: TIME_OVER
	},
	{
		name: 'the marker cannot be removed: a restart would take back what was kept, so it is not kept',
		seconds: 20,
		happens: (world) => {
			world.when('proving: movement 0', () => {
				world.markerStays(true);
				keep(world);
			});
			world.when('reverting: time_over, file', () => {
				world.at(60, () => {
					world.markerStays(false);
				});
			});
		},
		outcome: TIME_OVER
	},
	{
		name: 'an apply waits when it is kept, which rpcd took the file for before: it is kept once that is confirmed',
		happens: (world) => {
			world.when('proving: complete', () => {
				world.apply(true);
				keep(world);
			});
			world.at(30, () => {
				expect(world.decided('keep')).toMatchObject({ by: 'root' });
				world.apply(false);
			});
		},
		outcome: kept(true)
	},
	{
		name: 'an apply waits when it is kept, and rpcd takes it back with what it took: that is not kept',
		happens: (world) => {
			const before = world.config();
			world.when('proving: complete', () => {
				world.apply(true);
				keep(world);
			});
			world.at(30, () => {
				world.put(CONFIG, before);
				world.load();
				world.apply(false);
			});
		},
		outcome: { code: 'superseded', options: ABSENT },
		file: configOf(optionsOf('off')),
		mode: 'off',
		events: 2
	},
	{
		name: 'an apply waits when it is taken back, and is confirmed',
		seconds: 7,
		happens: (world) => {
			world.when('proving', () => {
				world.apply(true);
			});
			world.when('reverting: time_over, apply', () => {
				world.at(40, () => {
					world.apply(false);
				});
			});
		},
		outcome: TIME_OVER,
		trace: [
			...PROVED.slice(0, 5),
			'reverting: time_over, nothing',
			'reverting: time_over, firewall',
			'reverting: time_over, apply',
			'ended'
		]
	},
	{
		name: 'an apply waits, and rpcd brings the change back with what it takes back: once more',
		seconds: 10,
		happens: (world) => {
			let snapshot = '';
			world.when('proving', () => {
				snapshot = world.config();
				world.apply(true);
			});
			world.when('reverting: time_over, apply', () => {
				world.at(40, () => {
					world.put(CONFIG, snapshot);
					world.load();
					world.apply(false);
				});
			});
		},
		outcome: TIME_OVER,
		events: 3
	}
];

/** What looks like a connection and proves nothing, and what was seen of it last. */
const hole = (
	name: string,
	to: Mode,
	traffic: readonly Traffic[],
	seen: string,
	happens?: (world: Surroundings) => void
): Story => ({
	name,
	from: to === 'off' ? 'software' : 'off',
	to,
	seconds: 30,
	happens: (world) => {
		world.traffic = traffic;
		happens?.(world);
	},
	outcome: TIME_OVER,
	seen: `proving: ${seen}`
});

const MOVING: Traffic = { sent: 20, received: 20 };

const HOLES: readonly Story[] = [
	hole('packets that nobody answers', 'hardware', [{ sent: 100, received: 0 }], 'movement 0'),
	hole('answers that nobody asks for', 'hardware', [{ sent: 0, received: 100 }], 'movement 0'),
	hole('both ends send again, now and then', 'hardware', [{ sent: 0.2, received: 0.2 }], 'movement 0'),
	hole(
		'many connections that do',
		'software',
		Array<Traffic>(200).fill({ sent: 0.2, received: 0.2 }),
		'movement 0'
	),
	hole('what was on its way, and then nothing', 'hardware', [MOVING], 'movement 2', (world) => {
		world.when('proving: movement 2', () => {
			world.traffic = [{ sent: 0.05, received: 0.05 }];
		});
	}),
	hole('UDP alone, in hardware', 'hardware', [{ ...MOVING, protocol: 'udp' }], 'movement 0'),
	hole('other connections at each look', 'software', [{ ...MOVING, short: true }], 'movement 0'),
	hole(
		"the router's own connections",
		'software',
		[{ ...MOVING, source: '203.0.113.7' }],
		'connections 0',
		(world) => {
			world.put('/proc/net/fib_trie', 'Local:\n  |-- 203.0.113.7\n     /32 host LOCAL\n');
		}
	),
	hole(
		'connections that stay on another path',
		'hardware',
		[{ ...MOVING, path: 'software' }],
		'connections 0'
	),
	hole(
		'one that is offloaded still, when it should be off',
		'off',
		[MOVING, { ...MOVING, path: 'software' }],
		'movement 3'
	),
	hole('a kernel that counts nothing', 'software', [MOVING], 'counters 0', (world) => {
		world.counts = false;
	}),
	{
		...hole(
			'UDP alone, in software',
			'software',
			[{ ...MOVING, protocol: 'udp' }],
			'complete 3',
			keepWhenProved
		),
		name: 'UDP alone, in software, is a proof',
		outcome: kept(true)
	},
	{
		...hole('one in a hundred', 'hardware', [], 'complete 3', keepWhenProved),
		happens: (world) => {
			world.traffic = [...Array<Traffic>(99).fill({ sent: 100, received: 0 }), MOVING];
			keepWhenProved(world);
		},
		name: 'one connection among a hundred that stand still is a proof',
		outcome: kept(true)
	}
];

const isKept = ({ outcome }: Story): boolean => 'code' in outcome && outcome.code === 'kept';

/** The file without the two options. */
const rest = (text: string): string => text.replaceAll(/\toption flow_offloading.*\n/g, '');

/** How it ended, and that nothing is left of it. */
function expectEnd(world: Surroundings, story: Story): void {
	const { from = 'off', to = 'software', outcome, file } = story;
	const written = world.written();
	expect([written?.phase, written?.outcome, written?.obstacle]).toEqual(['ended', outcome, null]);
	if (isKept(story)) {
		expect(world.options()).toEqual(report(from, to).options);
		expect(rest(world.config())).toBe(rest(configOf(optionsOf(from))));
	} else {
		expect(world.config()).toBe(file ?? configOf(optionsOf(from)));
	}
	expect(world.mode).toBe(story.mode ?? (isKept(story) ? to : (story.was ?? from)));
	expect([MARKER, ORDER, TAKEN].filter((path) => world.has(path))).toEqual([]);
	expect(world.said.at(-1)).toBe('service delete {"name":"nft-offload"}');
}

function filesOf({ from = 'off', to = 'software', seconds = 60, files }: Story): Files {
	return {
		...ROUTER,
		[CONFIG]: configOf(optionsOf(from)),
		[ORDER]: orderOf(report(from, to, { seconds })),
		...files
	};
}

const EVENT = 'service event {"type":"config.change","data":{"package":"firewall"}}';

async function play(tier: Tier, story: Story): Promise<void> {
	await tier.guard(filesOf(story), async (router) => {
		const world = new Surroundings(router.root, story.was ?? story.from ?? 'off');
		(story.happens ?? (isKept(story) ? keepWhenProved : undefined))?.(world);
		await router.guard([], world);
		expectEnd(world, story);
		if (story.trace) expect(world.trace).toEqual(story.trace);
		if (story.seen !== undefined) {
			expect(world.trace.findLast((each) => each.startsWith('proving'))).toBe(story.seen);
		}
		expect(world.ran().filter((command) => command !== 'check')).toEqual(story.ran ?? []);
		expect(world.said.filter((each) => each.startsWith('service event'))).toEqual(
			Array<string>(story.events ?? (isKept(story) ? 1 : 2)).fill(EVENT)
		);
	});
}

/** Has a guard killed, as often as the story says, and procd starts the next one a second later. */
async function outlive(router: GuardedRouter, world: Surroundings): Promise<void> {
	for (;;) {
		try {
			await router.guard([], world);
			return;
		} catch (error) {
			if (!(error instanceof Killed)) throw error;
			world.rest(1000);
		}
	}
}

/** A story of which a guard sees only a part, and how it is killed. */
const KILLS: Record<string, (world: Surroundings) => void> = {
	'while the firewall loads': (world) => world.killWhen('loading'),
	'while it proves': (world) => world.killWhen('proving: movement 1'),
	'once it has proved': (world) => world.killWhen('proving: complete'),
	'when it goes back': (world) => world.killWhen('reverting: time_over, nothing'),
	'when it has gone back': (world) => world.killWhen('reverting: time_over, firewall'),
	'when the file is written and nobody knows': (world) => world.killInCall('service event'),
	'when the file is put back and nobody knows': (world) =>
		world.when('proving: movement 1', () => world.killInCall('service event')),
	'when all is over': (world) => world.killInCall('service delete'),
	'again and again': (world) => {
		for (const phase of ['loading', 'proving: movement 0', 'proving: movement 2', 'reverting']) {
			world.killWhen(phase);
		}
	}
};

/** A change in whose middle nobody is any more. */
const LEFT = report('off', 'software');
const INTERRUPTED: Files = {
	...ROUTER,
	[CONFIG]: configOf(LEFT.options),
	[MARKER]: JSON.stringify(LEFT)
};
const RESTARTED = reverted({ code: 'restarted' });

describe.each(allTiers())('in $name', (tier) => {
	describe.each(Object.entries({ WAYS, ENDS, REFUSED_BEFORE, LOADS, WRITES, HOLES }))(
		'%s',
		(_group, stories) => {
			test.concurrent.each(stories)('$name', (story) => play(tier, story));
		}
	);

	describe('a guard that is killed', () => {
		const story: Story = { name: '', seconds: 25, outcome: TIME_OVER };

		test.concurrent.each(Object.entries(KILLS))('%s', async (_name, kill) => {
			await tier.guard(filesOf(story), async (router) => {
				const world = new Surroundings(router.root, 'off');
				kill(world);
				await outlive(router, world);
				expectEnd(world, story);
			});
		});

		test.concurrent('between the record and the order: what had begun goes on', async () => {
			const files = {
				...INTERRUPTED,
				...change({ deadline: 1106, was: { mode: 'off', loaded: true }, watch: null, since: 1086 }),
				[TAKEN]: orderOf(LEFT)
			};
			await tier.guard(files, async (router) => {
				const world = new Surroundings(router.root, 'software');
				await router.guard([], world);
				expectEnd(world, story);
				expect(world.trace[0]).toMatch(/^proving/);
			});
		});

		test.concurrent('memory that is full is waited for', async () => {
			await tier.guard(filesOf(story), async (router) => {
				const world = new Surroundings(router.root, 'off');
				world.fill(true);
				await expect(router.guard([], world)).rejects.toThrow('memory is full');
				expect([world.has(TAKEN), world.said]).toEqual([true, []]);
				world.fill(false);
				await router.guard([], world);
				expectEnd(world, story);
			});
		});

		test.concurrent('with nothing to do it has procd forget it', async () => {
			const ended = change({ phase: 'ended', outcome: kept(true) });
			await tier.guard({ ...ROUTER, ...ended }, async (router) => {
				const world = new Surroundings(router.root, 'off');
				await router.guard([], world);
				expect(world.said).toEqual(['service delete {"name":"nft-offload"}']);
			});
		});
	});

	describe('rpcd, reloaded while the page asked something', () => {
		const PLUGIN = 'luci.nft-offload';
		const watched = (happens: (world: Surroundings) => void, reloads: readonly string[]): Promise<void> =>
			tier.guard(filesOf({ name: '', seconds: 60, outcome: TIME_OVER }), async (router) => {
				const world = new Surroundings(router.root, 'off');
				happens(world);
				await router.guard([], world);
				expect(world.written()?.outcome).toEqual(TIME_OVER);
				expect(world.rpcd()).toEqual(reloads);
			});

		test.concurrent('has lost the plugin: it is told to look again, or nobody could keep the change', () =>
			watched(
				(world) => {
					world.at(10, () => world.lost.add(PLUGIN));
					world.at(27, () => {
						expect(world.rpcd()).toEqual(['reload']);
						world.lost.clear();
					});
				},
				['reload']
			)
		);

		test.concurrent('begins again by itself: it is left alone', () =>
			watched((world) => {
				world.at(10, () => {
					world.lost.add(PLUGIN).add('session');
				});
				world.at(30, () => {
					world.lost.clear();
				});
			}, [])
		);

		test.concurrent('holds somebody’s apply, which a reload would forget: not before that has ended', () =>
			watched(
				(world) => {
					world.at(10, () => {
						world.lost.add(PLUGIN);
						world.apply(true);
					});
					world.at(40, () => {
						expect(world.rpcd()).toEqual([]);
						world.apply(false);
					});
					world.at(50, () => {
						expect(world.rpcd()).toEqual(['reload']);
						world.lost.clear();
					});
				},
				['reload']
			)
		);
	});

	describe('a restart of the router', () => {
		/** Before anything is loaded. */
		const boot = (
			files: Files,
			then: (world: Surroundings, router: GuardedRouter) => Promise<void> | void
		): Promise<void> =>
			tier.guard({ ...INTERRUPTED, ...files }, async (router) => {
				const world = new Surroundings(router.root, 'off');
				world.flush();
				await then(world, router);
			});
		const settled = async (world: Surroundings, router: GuardedRouter): Promise<void> => {
			await router.guard(['restarted'], world);
			// procd and rpcd are not there yet.
			expect(world.said).toEqual([]);
		};

		test.concurrent('takes the change back before the firewall is loaded, and leaves word', () =>
			boot({}, async (world, router) => {
				await settled(world, router);
				expect(world.written()).toMatchObject({ ...LEFT, phase: 'ended', outcome: RESTARTED });
				expect([world.config(), world.has(MARKER)]).toEqual([configOf(optionsOf('off')), false]);
			})
		);

		test.concurrent.each([
			['it had set', configOf(LEFT.options)],
			['firewall4 refuses, since it was not written yet,', config("option flow_offloading 'maybe'")]
		])('puts Off in the place of what %s where nothing better was there before', (_name, file) => {
			const marker = {
				...LEFT,
				previous_options: { flow_offloading: 'maybe', flow_offloading_hw: null },
				way_back: { flow_offloading: '0', flow_offloading_hw: null }
			};
			return boot({ [CONFIG]: file, [MARKER]: JSON.stringify(marker) }, async (world, router) => {
				await settled(world, router);
				expect(world.written()).toMatchObject({ ...marker, phase: 'ended', outcome: RESTARTED });
				expect([world.config(), world.has(MARKER)]).toEqual([BACK_TO_OFF, false]);
			});
		});

		test.concurrent('by the marker of an older version, which tells of no other way back', () =>
			boot({ [MARKER]: JSON.stringify({ ...LEFT, way_back: undefined }) }, async (world, router) => {
				await settled(world, router);
				expect(world.written()).toMatchObject({ ...LEFT, phase: 'ended', outcome: RESTARTED });
				expect([world.config(), world.has(MARKER)]).toEqual([configOf(optionsOf('off')), false]);
			})
		);

		test.concurrent('leaves what somebody else has set', () =>
			boot({ [CONFIG]: configOf(OTHERS) }, async (world, router) => {
				await settled(world, router);
				expect(world.written()?.outcome).toEqual({ code: 'superseded', options: OTHERS });
				expect([world.config(), world.has(MARKER)]).toEqual([configOf(OTHERS), false]);
			})
		);

		test.concurrent('goes on trying where the flash cannot be written', () =>
			boot({}, async (world, router) => {
				world.writable(false);
				await settled(world, router);
				expect([world.written()?.phase, world.has(MARKER)]).toEqual(['reverting', true]);
				world.load();
				world.at(30, () => {
					world.writable(true);
				});
				await router.guard([], world);
				expect(world.written()?.outcome).toEqual(RESTARTED);
				expect([world.config(), world.has(MARKER)]).toEqual([configOf(optionsOf('off')), false]);
			})
		);

		test.concurrent('has the firewall load the old options from memory where the flash takes nothing', () =>
			boot({}, async (world, router) => {
				world.writable(false);
				await settled(world, router);
				expect(world.staging()).toEqual([
					'-q delete firewall.@defaults[0].flow_offloading',
					'-q delete firewall.@defaults[0].flow_offloading_hw'
				]);
				world.at(30, () => {
					world.writable(true);
				});
				await router.guard([], world);
				expect(world.written()?.outcome).toEqual(RESTARTED);
				expect(world.staging().slice(2)).toEqual([
					'-q revert firewall.@defaults[0].flow_offloading',
					'-q revert firewall.@defaults[0].flow_offloading_hw'
				]);
			})
		);

		const INCLUDED = { ...LEFT.options, include: true as const };
		const INCLUDE = "\nconfig include 'nft_offload'\n\toption type 'script'\n";
		test.concurrent.each([
			[
				'go that it brought',
				configOf(LEFT.options) + INCLUDE,
				{ options: INCLUDED },
				['-q delete firewall.nft_offload']
			],
			[
				'come back that it took away',
				configOf(LEFT.options),
				{ previous_options: { ...LEFT.previous_options, include: true } },
				[
					'-q set firewall.nft_offload=include',
					'-q set firewall.nft_offload.type=script',
					'-q set firewall.nft_offload.path=/usr/libexec/nft-offload/policy',
					'-q set firewall.nft_offload.fw4_compatible=1'
				]
			]
		])('has the include %s where the flash takes nothing', (_name, config, change, staged) =>
			boot({ [CONFIG]: config, [MARKER]: JSON.stringify({ ...LEFT, ...change }) }, async (world, router) => {
				world.writable(false);
				await settled(world, router);
				expect(world.staging().slice(2)).toEqual(staged);
			})
		);

		test.concurrent('by a guard that knows only the marker', () =>
			boot({}, async (world, router) => {
				world.load();
				await router.guard([], world);
				expect([world.written()?.outcome, world.mode]).toEqual([RESTARTED, 'off']);
			})
		);

		test.concurrent('with no change nothing is touched', () =>
			boot({ [MARKER]: null }, async (world, router) => {
				await settled(world, router);
				expect([world.written(), world.config()]).toEqual([null, configOf(LEFT.options)]);
			})
		);

		test.concurrent.each([
			['that was cut off', '{"id":1234,"mo'],
			['that is empty', ''],
			['of which a part is gone', '{"id":1234,"mode":"software"}']
		])('with a marker %s the file stays, and that nobody knows is told once', (_name, marker) =>
			boot({ [MARKER]: marker }, async (world, router) => {
				await settled(world, router);
				expect(world.written()).toEqual({ id: expect.any(Number) as number, phase: 'ended', lost: true });
				expect([world.config(), world.has(MARKER)]).toEqual([configOf(LEFT.options), false]);
			})
		);

		test.concurrent('with such a marker on a flash that cannot be written, it is told all the same', () =>
			boot({ [MARKER]: null }, async (world, router) => {
				world.markerStays(true);
				await settled(world, router);
				const told = world.written();
				expect(told).toMatchObject({ lost: true });
				await router.guard([], world);
				expect([world.written(), world.said]).toEqual([told, ['service delete {"name":"nft-offload"}']]);
			})
		);

		test.concurrent('with such a marker and a memory that is full, a guard tells it later', () =>
			boot({ [MARKER]: '{' }, async (world, router) => {
				world.fill(true);
				await settled(world, router);
				expect(world.has(MARKER)).toBe(true);
				world.fill(false);
				await router.guard([], world);
				expect([world.written(), world.has(MARKER)]).toEqual([
					{ id: expect.any(Number) as number, phase: 'ended', lost: true },
					false
				]);
			})
		);
	});

	describe('a stop of the service', () => {
		const STOPPED = reverted({ code: 'stopped' });
		const stop = (files: Files, then: (world: Surroundings) => void): Promise<void> =>
			tier.guard({ ...INTERRUPTED, ...change({ watch: null }), ...files }, async (router) => {
				const world = new Surroundings(router.root, 'software');
				then(world);
				await router.guard(['stopped'], world);
				expect([world.written()?.outcome, world.config(), world.has(MARKER)]).toEqual([
					STOPPED,
					configOf(optionsOf('off')),
					false
				]);
			});

		test.concurrent('is told to the guard, which goes back', () =>
			stop({ '/proc/42/stat': processOf(4711) }, (world) => {
				world.at(3, () => {
					expect(world.decided('stop')).toEqual({ id: 1234, action: 'stop', by: null });
					world.put(CONFIG, configOf(optionsOf('off')));
					world.remove(MARKER);
					world.put(CHANGE, String(change({ phase: 'ended', outcome: STOPPED })[CHANGE]));
				});
			})
		);

		test.concurrent('waits for somebody’s apply, whose rollback could bring the change back', () =>
			stop({ '/proc/42/stat': processOf(4712) }, (world) => {
				world.patience = 300;
				world.apply(true);
				world.at(100, () => {
					expect(world.has(MARKER)).toBe(true);
					world.apply(false);
				});
			})
		);

		test.concurrent('withdraws an order that no guard has taken up', () =>
			tier.guard({ ...INTERRUPTED, [MARKER]: null, [CONFIG]: configOf(optionsOf('off')) }, async (router) => {
				const world = new Surroundings(router.root, 'off');
				world.put(ORDER, orderOf(report('off', 'software')));
				await router.guard(['stopped'], world);
				expect([world.has(ORDER), world.written()]).toEqual([false, null]);
			})
		);

		test.concurrent('goes back itself where no guard lives', () =>
			stop({ '/proc/42/stat': processOf(4712) }, () => undefined)
		);

		test.concurrent('goes back where the marker cannot be read any more, and memory knows', () =>
			stop({ [MARKER]: '{"id":1234,"mo', '/proc/42/stat': processOf(4712) }, () => undefined)
		);

		test.concurrent('tells that nobody knows where memory knows no more than the marker', () =>
			tier.guard({ ...INTERRUPTED, [MARKER]: '{"id":1234,"mo' }, async (router) => {
				const world = new Surroundings(router.root, 'software');
				await router.guard(['stopped'], world);
				expect([world.written(), world.config(), world.has(MARKER)]).toEqual([
					{ id: expect.any(Number) as number, phase: 'ended', lost: true },
					configOf(LEFT.options),
					false
				]);
			})
		);

		test.concurrent('goes back by the marker where nothing else is known', () =>
			stop({ [CHANGE]: null }, () => undefined)
		);
	});
});
