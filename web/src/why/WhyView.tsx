// SPDX-License-Identifier: Apache-2.0
import type { Diagnosis, Finding, Mode, Path, Status } from '../../../rpcd/api/index.ts';
import type { Passed } from '../lib/load.ts';
import type { Passing } from '../lib/passing.ts';
import type { UbusError } from '../lib/ubus/index.ts';
import { _, fill } from '../ui/i18n.ts';
import { explainError } from '../ui/problem.ts';
import { ChainTable } from './ChainTable.tsx';
import { endsOf, type End } from './ends.ts';
import { FindingList, type FindingActions } from './FindingList.tsx';
import { Picture } from './Picture.tsx';
import { notTold } from './told.ts';
import css from './why.css?inline';

export interface WhyProps extends Omit<FindingActions, 'mode'> {
	status: Status;
	/** The last answer; null before the first. */
	diagnosis: Diagnosis | null;
	/** Why the last question failed. */
	error: UbusError | null;
	asking: boolean;
	onAsk: () => void;
	/** Uplinks that the headline names already. */
	told: readonly string[];
	passed: Passed | null;
	rates: Passing | null;
}

/** The way of the packets, and what holds them back. */
export function WhyView({
	status,
	diagnosis,
	error,
	asking,
	onAsk,
	told,
	passed,
	rates,
	...actions
}: WhyProps) {
	const { mode } = status.effective;
	const ends = endsOf(diagnosis?.chains ?? [], passed);
	const fastPath = fastPathOf(status, ends);
	const policy = diagnosis?.policy === true;
	return (
		<section class="cbi-section nfo-why" aria-label={_('Path of the packets')}>
			<style>{css}</style>
			{error && (
				<p class="nfo-hint">
					{fill(_('What is in the way was not found out: %s'), explainError(error))}{' '}
					<AskButton asking={asking} onAsk={onAsk} />
				</p>
			)}
			{ends.length > 0 && (
				<>
					<Picture
						ends={ends}
						mode={mode}
						fastPath={fastPath}
						policy={policy}
						rates={rates}
						busy={passed?.busy ?? null}
					/>
					<Legend mode={mode} fastPath={fastPath} policy={policy} />
					<ChainTable ends={ends} mode={mode} />
				</>
			)}
			{diagnosis && (
				<Findings
					findings={notTold(diagnosis.findings, status.verdict, told)}
					unanswered={diagnosis.unanswered}
					asking={asking}
					onAsk={onAsk}
					actions={{ ...actions, mode }}
				/>
			)}
		</section>
	);
}

/** Set up for hardware, packets may take software all the same: what was seen decides, and before that what the chains can do. */
function fastPathOf({ effective, seen }: Status, ends: readonly End[]): Path {
	if (effective.mode !== 'hardware') return 'software';
	const isSeen = seen.hardware.connections + seen.software.connections > 0;
	const inHardware = isSeen ? seen.hardware.connections > 0 : ends.some(({ path }) => path === 'hardware');
	return inHardware ? 'hardware' : 'software';
}

function Legend({ mode, fastPath, policy }: { mode: Mode; fastPath: Path; policy: boolean }) {
	return (
		<p class="nfo-legend" aria-hidden="true">
			{mode !== 'off' && (
				<>
					<Sample path={fastPath} />
					{fastPath === 'hardware' ? _('taken by the hardware') : _('taken by the flowtable')}
				</>
			)}
			<Sample path="cpu" />
			{_('by the CPU')}
			{policy && (
				<>
					<Sample path="kept" />
					{_('by the CPU, by choice')}
				</>
			)}
			{mode !== 'off' && (
				<>
					<svg viewBox="0 0 10 10">
						<circle class="nfo-hook" cx={5} cy={5} r={4} />
					</svg>
					{_('hook of the flowtable')}
				</>
			)}
			<span>{_('Width: what passes now')}</span>
		</p>
	);
}

function Sample({ path }: { path: Path | 'kept' }) {
	return (
		<svg class="nfo-sample-of" viewBox="0 0 28 10">
			<path class={`nfo-wire nfo-wire-${path}`} d="M0 5H28" stroke-width={5} />
			{path === 'hardware' && <path class="nfo-wire nfo-wire-core" d="M0 5H28" stroke-width={1.8} />}
		</svg>
	);
}

interface FindingsProps {
	findings: readonly Finding[];
	unanswered: readonly string[];
	asking: boolean;
	onAsk: () => void;
	actions: FindingActions;
}

function Findings({ findings, unanswered, asking, onAsk, actions }: FindingsProps) {
	if (findings.length === 0 && unanswered.length === 0) return null;
	return (
		<div class="nfo-found" role="group" aria-label={_('Findings')}>
			<div class="nfo-found-head">
				<h3>{fill(_('Findings (%s)'), findings.length)}</h3>
				<AskButton asking={asking} onAsk={onAsk} />
			</div>
			<FindingList findings={findings} {...actions} />
			{unanswered.length > 0 && (
				<p class="nfo-hint">
					{fill(_('Not everything was found out: no answer in time from %s.'), unanswered.join(', '))}
				</p>
			)}
		</div>
	);
}

function AskButton({ asking, onAsk }: { asking: boolean; onAsk: () => void }) {
	return (
		<button
			type="button"
			class="nfo-link"
			aria-disabled={asking}
			onClick={() => {
				if (!asking) onAsk();
			}}
		>
			{asking ? _('Checking…') : _('Check again')}
		</button>
	);
}
