// SPDX-License-Identifier: Apache-2.0
/** What a change of the mode goes through, from the click to its end. */
import type { Mode, StagedMode, Verdict } from '../../../rpcd/api/index.ts';
import type { ReplyOf, UbusError } from '../lib/ubus/index.ts';
import type { ConfigPreview } from './preview.ts';

export type ChangeState =
	| { step: 'idle' }
	/** The router checks whether the mode would work, and stages it. */
	| { step: 'checking'; mode: Mode }
	/** The admin reads what will change. Nothing is applied yet. */
	| ({ step: 'review' } & Reviewed)
	/** What was staged is taken out again. */
	| { step: 'cancelling'; mode: Mode }
	/** Applied, and the router undoes it at `deadline` (by the clock given) unless it is confirmed. */
	| { step: 'verifying'; mode: Mode; deadline: number; waitingFor: WaitingFor }
	| { step: 'undoing'; mode: Mode; deadline: number; reason: UndoReason }
	/** `left`: the change is still staged, since the router did not let it be taken out. */
	| { step: 'ended'; mode: Mode; outcome: Outcome; left: boolean };

export interface Reviewed {
	mode: Mode;
	staged: StagedMode;
	preview: ConfigPreview;
	/** What else this session has staged: an apply takes all of it along. */
	others: StagedElsewhere[];
	/** Everything that is staged now, as rpcd tells it. */
	changes: StagedChanges;
}

/** What a session has staged, by configuration file. */
export type StagedChanges = ReplyOf<'uci', 'changes'>['changes'];

/** Changes to one configuration file that were staged before ours. */
export interface StagedElsewhere {
	config: string;
	changes: StagedChanges[string];
}

/** What a verification has not seen yet. Behind `confirmation` nothing can be undone any more. */
export type WaitingFor = 'answer' | 'file' | 'firewall' | 'settling' | 'confirmation';

export type UndoReason =
	| { code: 'asked' }
	/** The router did not answer after the apply. */
	| { code: 'unreachable' }
	/** The committed file is not what was meant. */
	| { code: 'file_differs' }
	/** The firewall did not come to the mode in time; `verdict` is its reason where it told one. */
	| { code: 'not_in_effect'; verdict: Verdict | null };

export type Outcome =
	| { code: 'kept' }
	| { code: 'cancelled' }
	/** We took it back at once. */
	| { code: 'undone'; reason: UndoReason }
	/** The router took it back by itself when the time was over. */
	| { code: 'rolled_back'; reason: UndoReason }
	/** Nothing was applied. */
	| { code: 'refused'; error: UbusError }
	/** Somebody else's apply waits for its confirmation. */
	| { code: 'busy' }
	/** What is staged changed while the admin read it. */
	| { code: 'overtaken' }
	/** The router still holds the new configuration, or cannot be asked. `reason` is why it was to be undone. */
	| { code: 'uncertain'; reason: UndoReason };
