// SPDX-License-Identifier: Apache-2.0
import { Component, type ComponentChildren } from 'preact';
import type { Comparison, Engine, FlowReason, Mode } from '../../../rpcd/api/index.ts';
import { formatCount } from '../ui/format.ts';
import { _, fill } from '../ui/i18n.ts';
import { focusIfLost } from '../ui/focus.ts';
import { Fact, Notice } from '../ui/boxes.tsx';
import { CopyButton } from '../ui/CopyButton.tsx';
import { modeName } from '../ui/names.ts';
import { explainError } from '../ui/problem.ts';
import { clockText } from '../ui/watched.ts';
import { Bars } from './Bars.tsx';
import css from './gain.css?inline';
import type { GainState } from './state.ts';
import {
	asText,
	bitsText,
	explainAnswer,
	figures,
	percentText,
	restText,
	stepText,
	whenText
} from './texts.ts';

const MODES: readonly Mode[] = ['off', 'software', 'hardware'];

export interface GainProps {
	gain: GainState;
	/** The mode that is set up. */
	mode: Mode;
	/** What is known of the devices where packets enter. */
	engines: readonly Engine['engine'][];
	mayWrite: boolean;
	/** A change is prepared or under way. */
	busy: boolean;
	/** Draws why a connection is where it is. */
	explain: ((reasons: readonly FlowReason[]) => ComponentChildren) | null;
}

/** What another mode would gain: asked for, watched, and told. */
export function GainView({ gain, mode, engines, mayWrite, busy, explain }: GainProps) {
	const { comparison } = gain;
	const noEngine = engines.length > 0 && engines.every((engine) => engine === 'no');
	const error = gain.error?.kind === 'expired' ? null : gain.error;
	return (
		<div class="nfo-gain">
			<style>{css}</style>
			<p>
				{_(
					'Measures what the router’s processor spends with the mode that is set up and with another, each for 20 seconds under a large download on a device behind the router. The other mode is on trial: whatever happens, the router goes back.'
				)}
			</p>
			<div role="alert">{error && <Notice tone="danger">{explainError(error)}</Notice>}</div>
			{comparison === null && !error && <p class="spinning">{_('Asking the router…')}</p>}
			{comparison?.state === 'running' && <Running gain={gain} comparison={comparison} mayWrite={mayWrite} />}
			{comparison?.state === 'ended' && <Ended comparison={comparison} explain={explain} />}
			{comparison && comparison.state !== 'running' && (
				<Question
					key={mode}
					modes={MODES.filter((each) => each !== mode && !(each === 'hardware' && noEngine))}
					obstacle={obstacleOf(mayWrite, busy)}
					onStart={(chosen, keep_better) => void gain.start({ mode: chosen, keep_better })}
				/>
			)}
		</div>
	);
}

function obstacleOf(mayWrite: boolean, busy: boolean): string {
	if (!mayWrite) return _('You are logged in with read-only access.');
	return busy ? _('A change is under way: it has to end before the next one.') : '';
}

interface QuestionProps {
	modes: readonly Mode[];
	/** Why nothing can be started; empty where it can. */
	obstacle: string;
	onStart: (mode: Mode, keep: boolean) => void;
}

/** With which mode, and what is done at the end. */
class Question extends Component<QuestionProps, { mode: Mode | null; keep: boolean }> {
	override state: { mode: Mode | null; keep: boolean } = { mode: null, keep: false };

	override render({ modes, obstacle, onStart }: QuestionProps, { mode, keep }: Question['state']) {
		const chosen = mode ?? modes[0];
		return (
			<form
				onSubmit={(event) => {
					event.preventDefault();
					if (chosen !== undefined && obstacle === '') onStart(chosen, keep);
				}}
			>
				<div class="nfo-actions">
					<label>
						{_('Compare with')}{' '}
						<select
							class="cbi-input-select"
							value={chosen}
							onChange={({ currentTarget }) => {
								this.setState({ mode: modes.find((each) => each === currentTarget.value) ?? null });
							}}
						>
							{modes.map((each) => (
								<option key={each} value={each}>
									{modeName(each)}
								</option>
							))}
						</select>
					</label>
					<label>
						<input
							type="checkbox"
							checked={keep}
							onChange={({ currentTarget }) => {
								this.setState({ keep: currentTarget.checked });
							}}
						/>{' '}
						{_('Keep it if it costs a tenth less')}
					</label>
				</div>
				<div class="nfo-actions">
					<button
						type="submit"
						class="btn cbi-button cbi-button-apply important"
						aria-disabled={obstacle !== ''}
					>
						{_('Compare', 'action')}
					</button>
					<span class="nfo-hint">{obstacle}</span>
				</div>
			</form>
		);
	}
}

interface RunningProps {
	gain: GainState;
	comparison: Extract<Comparison, { state: 'running' }>;
	mayWrite: boolean;
}

function Running({ gain, comparison, mayWrite }: RunningProps) {
	const { passing, seconds_left, step } = comparison;
	return (
		<div class="nfo-gained" ref={focusIfLost} tabIndex={-1}>
			<p role="status">
				<strong>{stepText(comparison)}</strong>
			</p>
			{seconds_left !== null && step !== 'ending' && (
				<p class="nfo-hint" role="timer" aria-live="off">
					{fill(
						step === 'measuring' ? _('%s to go.') : _('Given up in %s.'),
						clockText(Math.max(0, seconds_left))
					)}
				</p>
			)}
			{passing && (
				<dl class="nfo-facts">
					<Fact name={_('Down')} value={bitsText(passing.received)} />
					<Fact name={_('Up')} value={bitsText(passing.sent)} />
					<Fact name={_('Packets a second')} value={formatCount(passing.packets)} />
					<Fact name={_('CPU, all cores')} value={percentText(passing.busy)} />
				</dl>
			)}
			{mayWrite && step !== 'ending' && (
				<div class="nfo-actions">
					<button type="button" class="btn cbi-button" onClick={() => void gain.stop()}>
						{_('Stop and go back')}
					</button>
				</div>
			)}
		</div>
	);
}

interface EndedProps {
	comparison: Extract<Comparison, { state: 'ended' }>;
	explain: GainProps['explain'];
}

function Ended({ comparison: { report, answer }, explain }: EndedProps) {
	const { tone, text, advice } = explainAnswer(report, answer);
	const reasons =
		answer.code === 'cannot_tell' && answer.doubt.cause === 'not_offloaded' ? answer.doubt.reasons : [];
	return (
		<div class="nfo-gained" ref={focusIfLost} tabIndex={-1}>
			<div role="status">
				<Notice tone={tone}>
					<div>
						<p>
							<strong>{text}</strong>
						</p>
						{advice !== '' && <p class="nfo-advice">{advice}</p>}
						{reasons.length > 0 && explain?.(reasons)}
					</div>
				</Notice>
			</div>
			{answer.code === 'compared' && <Bars phases={report.phases} />}
			{report.phases.length > 0 && <Figures report={report} />}
			<p class="nfo-hint">
				{whenText(report)} {report.idle_latency !== null && restText(report.idle_latency)}
			</p>
			<div class="nfo-actions">
				<CopyButton text={() => asText(report, answer)} />
			</div>
		</div>
	);
}

function Figures({ report }: { report: EndedProps['comparison']['report'] }) {
	return (
		<table>
			<thead>
				<tr>
					<td />
					{report.phases.map(({ mode }) => (
						<th key={mode} scope="col">
							{modeName(mode)}
						</th>
					))}
				</tr>
			</thead>
			<tbody>
				{figures(report).map(({ name, values }) => (
					<tr key={name}>
						<th scope="row">{name}</th>
						{values.map((value, at) => (
							<td key={at}>{value}</td>
						))}
					</tr>
				))}
			</tbody>
		</table>
	);
}
