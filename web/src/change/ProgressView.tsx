// SPDX-License-Identifier: Apache-2.0
import { Component, createRef } from 'preact';
import { _, fill } from '../ui/i18n.ts';
import { formatCount } from '../ui/format.ts';
import { modeName } from '../ui/names.ts';
import { Fact } from '../ui/boxes.tsx';
import { explainError } from '../ui/problem.ts';
import { Notice } from '../ui/boxes.tsx';
import { refusalText } from './DraftDialog.tsx';
import { clockText, whose } from '../ui/watched.ts';
import { doingText, isQuestion, STEPS, stepName, titleOf } from './progress.ts';
import { Question } from './Question.tsx';
import type { UbusError } from '../lib/ubus/index.ts';
import type { ProvingChange, RunningChange, Timing } from './state.ts';
import type { ChangeWitness } from './witness.ts';

interface ProgressProps {
	witness: ChangeWitness;
	now: number;
}

/** The change under way, whoever has started it. */
export function ProgressView({ witness, now }: ProgressProps) {
	const { sight } = witness;
	if (sight.step !== 'running') return null;
	// Another change is another section, which takes the focus if it was started here.
	return <Progress key={sight.change.report.id} witness={witness} now={now} {...sight} />;
}

class Progress extends Component<ProgressProps & { change: RunningChange; timing: Timing }> {
	readonly #section = createRef<HTMLElement>();

	/** Who has started it here goes on here. */
	override componentDidMount() {
		if (!this.props.witness.ours) return;
		this.#section.current?.scrollIntoView({ block: 'nearest' });
		this.#section.current?.focus({ preventScroll: true });
	}

	override render({ witness, now, change, timing }: Progress['props']) {
		const { report } = change;
		return (
			<section
				ref={this.#section}
				tabIndex={-1}
				class={`nfo-progress${change.state === 'reverting' ? ' nfo-reverting' : ''}`}
				aria-label={_('Change under way')}
			>
				<h3>{titleOf(change)}</h3>
				<p class="nfo-hint">
					{fill(
						_('From %s to %s, started by %s.'),
						modeName(report.previous),
						modeName(report.mode),
						whose(report.by)
					)}
				</p>
				{change.state !== 'reverting' && <Steps change={change} />}
				<p role="status">{doingText(change)}</p>
				{change.state === 'proving' && <Seen change={change} />}
				{timing.deadline !== null && <Countdown change={change} left={timing.deadline - now} />}
				<Troubles witness={witness} />
				{witness.mayWrite ? (
					change.state !== 'reverting' && (
						<Question
							witness={witness}
							asks={isQuestion(witness.sight, witness.refusal !== null, now)}
							mayKeep={change.state === 'proving'}
							trial={report.trial}
						/>
					)
				) : (
					<p class="nfo-hint">
						{_('You are logged in with read-only access: others can keep it or go back.')}
					</p>
				)}
			</section>
		);
	}
}

function Steps({ change }: { change: RunningChange }) {
	const at = STEPS.findIndex((step) => step === change.state);
	return (
		<ol class="nfo-steps">
			{STEPS.map((step, index) => (
				<li key={step} class={index < at ? 'nfo-done' : ''} aria-current={index === at ? 'step' : undefined}>
					{stepName(step, change.report.mode)}
				</li>
			))}
		</ol>
	);
}

/** What was seen so far. */
function Seen({ change: { report, proof } }: { change: ProvingChange }) {
	const path = report.mode === 'off' ? _('Forwarded by the CPU') : _('On the fast path');
	return (
		<dl class="nfo-facts">
			<Fact name={path} value={connectionsText(proof.connections)} />
			<Fact name={_('On other paths')} value={connectionsText(proof.others)} />
			<Fact name={_('Seen moving both ways')} value={fill(_('%s of %s looks'), proof.looks, proof.needed)} />
		</dl>
	);
}

const connectionsText = (count: number) =>
	count === 1 ? _('1 connection') : fill(_('%s connections'), formatCount(count));

function Countdown({ change: { report }, left }: { change: RunningChange; left: number }) {
	const previous = modeName(report.previous);
	const seconds = Math.max(0, Math.floor(left / 1000));
	return (
		<div class="nfo-countdown">
			<p role="timer" aria-live="off">
				{seconds === 0
					? fill(_('The time is over: the router goes back to %s.'), previous)
					: fill(
							report.trial
								? _('The router goes back to %s in %s, unless the trial is kept.')
								: _('The router goes back to %s in %s, unless the change is kept.'),
							previous,
							clockText(seconds)
						)}
			</p>
			<progress aria-hidden="true" max={report.seconds} value={seconds} />
		</div>
	);
}

/** That the session has expired is told once, above all parts. */
const toTell = (error: UbusError | null) => (error?.kind === 'expired' ? null : error);

/** What stands between this page and the router. The router goes on without it. */
function Troubles({ witness }: { witness: ChangeWitness }) {
	const [fault, refusal] = [witness.fault, witness.refusal].map(toTell);
	return (
		<div role="alert">
			{fault && (
				<Notice tone="warning">
					<p>
						{fault.mayHaveHappened
							? _('The router does not answer. It goes on by itself, and this page keeps asking.')
							: explainError(fault)}
					</p>
				</Notice>
			)}
			{refusal && (
				<Notice tone="danger">
					<p>{refusalText(refusal)}</p>
				</Notice>
			)}
		</div>
	);
}
