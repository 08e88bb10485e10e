// SPDX-License-Identifier: Apache-2.0
/**
 * start_comparison, stop_comparison and get_comparison: what a mode costs the router beside another, each measured under the router's
 * own traffic. The second mode is a trial change: whatever becomes of the comparison, the change ends as any does.
 */
import type { ChangeAuthor, ChangeOutcome } from './change.ts';
import type { Flow } from './flows.ts';
import type { Mode } from './path.ts';
import type { Problem } from './problems.ts';
import type { FlowReason } from './why.ts';

/** A part of ten thousand: hundredths of a percent. */
export type Share = number;

// --- start_comparison

export interface StartComparisonArguments {
	/** Another mode than the one that is set up. */
	mode: Mode;
	/** Keeps the mode at the end where it costs less and packets were seen to take it. Otherwise the router goes back. */
	keep_better?: boolean;
}

// --- get_comparison, stop_comparison

export interface ComparisonArguments {
	/** The comparison that is meant. */
	id: number;
}

/** The comparison that runs, or the one that ended last since the boot. */
export type Comparison =
	| { state: 'none' }
	| {
			state: 'running';
			report: ComparisonReport;
			step: ComparisonStep;
			/** Seconds until this step is given up or done; null where nobody knows. */
			seconds_left: number | null;
			/** What passed in the last second; null before the first. */
			passing: Passing | null;
	  }
	| { state: 'ended'; report: ComparisonReport; answer: Answer };

export interface ComparisonReport {
	id: number;
	by: ChangeAuthor;
	/** The mode that was set up, and the one that is compared with it. */
	previous: Mode;
	mode: Mode;
	keep_better: boolean;
	/** The release of the kernel, and when it began, in seconds since 1970 by the router's calendar. */
	kernel: string;
	began: number;
	/** The change to `mode`; null before it. */
	change: number | null;
	/** Microseconds to the gateway while next to nothing passed; null where it was not seen, or did not answer. */
	idle_latency: number | null;
	/** What was measured: of `previous`, then of `mode`. */
	phases: Phase[];
}

export type ComparisonStep =
	/** At what could make the comparison idle. */
	| 'looking'
	/** Until traffic passes through the router. */
	| 'waiting'
	| 'measuring'
	/** To the other mode. */
	| 'changing'
	/** Keeps the mode, or goes back. */
	| 'ending';

/** What passes, of both families, and what it takes of the processor. */
export interface Passing {
	/** Bits a second from the uplinks, and to them. */
	received: number;
	sent: number;
	/** Packets a second, both ways. */
	packets: number;
	/** Bits a second that the local networks' ports received and sent: more than the uplinks carry stays inside, or ends at the router. */
	inside: number;
	/** Of all cores, without what the comparison, the guard of its change, and rpcd for those who look at pages take, and the host of a virtual machine. */
	busy: Share;
	/**
	 * Of all cores: what programs took that forward nothing, and the kernel for them, by its ticks, without the same ones. Of a
	 * phase without the kernel's threads, some of which forward packets.
	 */
	programs: Share;
	cores: CoreLoad[];
}

export interface CoreLoad {
	busy: Share;
	softirq: Share;
}

/** Some twenty seconds of a mode. */
export interface Phase extends Passing {
	mode: Mode;
	/** Milliseconds. */
	lasted: number;
	/** kHz of the clocks that the kernel sets by how much there is to do, together and on an average; 0 where it sets none. */
	clock: number;
	/** What told how much passed: the uplinks' devices, or, where those miss what is offloaded, the connections' own counters. */
	counted_by: 'devices' | 'connections';
	/** Of what the connections moved: offloaded. The rest was forwarded by the CPU, or began or ended at the router. */
	software: Share;
	hardware: Share;
	/** Bits a second that began or ended at the router itself. */
	local: number;
	/** Of what the connections forwarded: by those that came and went between two looks, on a path that nobody has seen. */
	unseen: Share;
	/** Of what the connections moved: in hardware, by those that ended meanwhile. What an engine forwards of them last, nobody counts. */
	cut_off: Share;
	/** What 100 Mbit/s take of all cores. Null where nothing passed. */
	cost: Share | null;
	/** Microseconds to the gateway meanwhile: the median; null where it did not answer, or there is none of IPv4. */
	latency: number | null;
}

/** What came of it. */
export type Answer =
	/**
	 * Both phases compare. `limit`: what kept the traffic from being faster: the router itself, a core of which packets filled in the
	 * phase that was slower, or something else (line, server, programs of the router). `better`: whether the mode costs less, and brings no less where the router was the limit. `kept`: the mode
	 * was kept.
	 */
	| { code: 'compared'; limit: 'router' | 'other'; better: boolean; kept: boolean }
	/** Nobody can tell; the router goes back to its mode of before. */
	| { code: 'cannot_tell'; doubt: Doubt }
	/** Somebody has stopped it. */
	| { code: 'stopped'; by: ChangeAuthor }
	/** Its process was killed. The guard of its change takes that back. */
	| { code: 'interrupted' };

/** Why nobody can tell. */
export type Doubt =
	/** Less than `least` bits a second passed through the router. */
	| { cause: 'too_little'; least: number }
	/** What passed, or much of it, began or ended at the router itself: a speed test on it, a download by it, the outside of a tunnel. */
	| { cause: 'local' }
	/** What passed, or much of it, stayed between ports of the same network: bridged, and never routed. */
	| { cause: 'bridged' }
	/** Only the connections' counters tell how much passed in hardware, and those that ended have lost what came last. */
	| { cause: 'cut_off' }
	/** Nearly all of what passed was connections that were over before anybody could see on which path they were. */
	| { cause: 'short_lived' }
	/** A shaper is set up: it may hold back what passes, or be passed by in one of the modes. */
	| { cause: 'shaped'; device: string; kind: string }
	/** The fast path took next to nothing; with the largest connection and why it is where it is. */
	| { cause: 'not_offloaded'; mode: Mode; flow: Flow | null; reasons: FlowReason[] }
	/** The kernel counts no packets of connections, or does not list them: nobody knows what passes through the router. */
	| { cause: 'not_counted' }
	/**
	 * The two phases do not compare: traffic of another amount, in packets of another size, programs that took more in one of them, or
	 * a processor that ran at another clock.
	 */
	| { cause: 'phases_differ'; by: 'amount' | 'packet_size' | 'programs' | 'clock' }
	/** The processor had next to nothing to do in either phase. */
	| { cause: 'idle' }
	/** The mode did not come into effect, or somebody kept it, took it back or set another meanwhile. */
	| { cause: 'change_ended'; outcome: ChangeOutcome | null }
	/** The router refused the change, or did not answer. */
	| { cause: 'refused'; problem: Problem };
