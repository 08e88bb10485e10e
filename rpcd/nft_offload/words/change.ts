// SPDX-License-Identifier: Apache-2.0
/** What the command line says of a change of the mode. */
import type { Change, ChangeAuthor, ChangeOutcome, Proof, RevertReason } from '../../api/index.ts';
import { counted, duration } from 'nft_offload.words.columns';
import { force_words } from 'nft_offload.words.policy';
import { mode_words } from 'nft_offload.words.verdict';

function author_words(by: ChangeAuthor): string {
	return by ?? 'the command line';
}

function cause_words(reason: RevertReason): string {
	switch (reason.code) {
		case 'asked':
			return `${author_words(reason.by)} asked for it`;
		case 'time_over':
			return 'nobody kept it in time';
		case 'not_in_effect':
			return `it did not come into effect (${reason.verdict.code})`;
		case 'policy_not_in_force':
			return `the policy did not come into force (${force_words(reason.force)})`;
		case 'restarted':
			return 'the router restarted meanwhile';
		case 'stopped':
			return 'the service was stopped';
	}
}

function proof_words(proof: Proof): string {
	const seen = `${counted(proof.connections, 'connection')} seen on its path, ${proof.others} on others`;
	return proof.lacks == null ? `proved: ${seen}` : `no proof yet (${proof.lacks}): ${seen}`;
}

function outcome_words(outcome: ChangeOutcome, mode: string, previous: string): string {
	switch (outcome.code) {
		case 'kept':
			return `${mode} was kept by ${author_words(outcome.by)}${outcome.proved ? '' : ', without proof'}.`;
		case 'reverted':
			return `Went back from ${mode} to ${previous}: ${cause_words(outcome.reason)}.${outcome.loaded ? '' : ' The firewall has not loaded it.'}`;
		case 'superseded':
			return `Somebody has set the options otherwise: they were left as they are.`;
		case 'not_written':
			return `The file was not written: ${outcome.reason}`;
	}
}

function change_words(change: Change): string {
	if (change.state === 'none') {
		return 'No change since the boot.';
	}
	if (change.state === 'lost') {
		const mode = change.mode;
		return `The router restarted during a change of which nobody can read any more what was there before. Configured is ${mode == null ? 'what firewall4 refuses' : mode_words(mode)}.`;
	}
	const report = change.report;
	const mode = `${mode_words(report.mode)}${report.policy == null ? '' : ' with another policy'}`;
	switch (change.state) {
		case 'starting':
			return `${mode}: the file is about to be written.`;
		case 'loading':
			return `${mode}: the firewall loads it.`;
		case 'proving':
			return `${mode}: set up, ${proof_words(change.proof)}. Goes back in ${duration(change.seconds_left)}, unless kept.`;
		case 'reverting':
			return `${mode}: going back, since ${cause_words(change.reason)}.`;
		case 'ended':
			return outcome_words(change.outcome, mode, mode_words(report.previous));
	}
}

export { change_words };
