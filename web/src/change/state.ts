// SPDX-License-Identifier: Apache-2.0
/** What a tab prepares, and what it sees of the change that the router carries out. */
import type {
	Change,
	ChangeCheck,
	ChangeReport,
	Finding,
	Mode,
	PolicyRule,
	StartChangeArguments
} from '../../../rpcd/api/index.ts';
import type { UbusClient, UbusError } from '../lib/ubus/index.ts';
import type { ReviewLine } from './lines.ts';

/** The router as a change needs it. */
export type Router = Pick<UbusClient, 'call'>;

/** What is wanted of the policy, as an edit of its rules as they are when it is reviewed: another admin's stay. Null where it stays as it is. */
export type Wanted = ((rules: PolicyRule[]) => PolicyRule[]) | null;

/** What this tab prepares. Nothing is changed before the router has started it. */
export type Draft =
	| { step: 'none' }
	/** The router checks whether the mode would work. */
	| { step: 'checking'; mode: Mode; policy: Wanted }
	/** The admin reads what will change. */
	| {
			step: 'review';
			mode: Mode;
			policy: Wanted;
			/** What is made of the policy. */
			rules: PolicyRule[] | null;
			check: ChangeCheck;
			lines: ReviewLine[];
			findings: Finding[];
	  }
	| { step: 'starting'; mode: Mode; policy: Wanted }
	/** Nothing was changed. */
	| { step: 'refused'; mode: Mode; policy: Wanted; error: UbusError };

/** For how long, and until when: whichever the admin chose in the review. */
export type Terms = Required<Pick<StartChangeArguments, 'seconds' | 'trial'>>;

type TellingOf<S extends Change['state']> = Extract<Change, { state: S }>;
export type RunningChange = TellingOf<'starting' | 'loading' | 'proving' | 'reverting'>;
export type ProvingChange = TellingOf<'proving'>;
export type EndedChange = TellingOf<'ended'>;
export type LostChange = TellingOf<'lost'>;

/** What this tab knows of the change that the router carries out, or has. */
export type Sight =
	| { step: 'nothing' }
	| { step: 'running'; change: RunningChange; timing: Timing }
	| { step: 'ended'; change: EndedChange }
	/** A restart of the router has interrupted one that nobody can read any more. */
	| { step: 'lost'; change: LostChange }
	/** It ran, and the router does not know of it any more. */
	| { step: 'forgotten'; report: ChangeReport };

/** By the clock of the tab, in milliseconds. */
export interface Timing {
	/** When the router goes back by itself; null where it does already. */
	deadline: number | null;
	/** When the tab saw it come into this state. */
	since: number;
}

/** What somebody wants of the change under way. */
export type Wish = 'keep' | 'undo';
