// SPDX-License-Identifier: Apache-2.0
import type { ChangeSequence } from './sequence.ts';
import type { ChangeState, Reviewed, WaitingFor } from './state.ts';
import { _, fill } from '../ui/i18n.ts';
import { explainUndo } from './texts.ts';
import { modeName } from '../ui/names.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { DiffView } from './DiffView.tsx';
import { Notice } from '../ui/Notice.tsx';

interface ChangeDialogProps {
	change: ChangeSequence;
	/** Milliseconds, ticking while a deadline counts down. */
	now: number;
}

/** The change under way, from the check to the verification. Its end is told on the page itself. */
export function ChangeDialog({ change, now }: ChangeDialogProps) {
	const state = change.state;
	switch (state.step) {
		case 'idle':
		case 'ended':
			return null;
		case 'checking':
		case 'cancelling':
			return (
				<Dialog title={fill(_('Change to %s'), modeName(state.mode))}>
					<p class="spinning">
						{state.step === 'checking' ? _('The router checks whether this would work…') : _('Cancelling…')}
					</p>
				</Dialog>
			);
		case 'review':
			return <Review review={state} change={change} />;
		case 'verifying':
		case 'undoing':
			return <Progress state={state} change={change} now={now} />;
	}
}

function Review({ review, change }: { review: Reviewed; change: ChangeSequence }) {
	const { mode, preview, others, staged } = review;
	const cancel = () => void change.cancel();
	return (
		<Dialog title={fill(_('Change to %s'), modeName(mode))} onEscape={cancel}>
			<p>{_('These lines of /etc/config/firewall change:')}</p>
			<DiffView lines={preview.lines} />
			{staged.devices.length > 0 && (
				<p>{fill(_('The flowtable will be on: %s.'), staged.devices.join(', '))}</p>
			)}
			{staged.unknown_engines.length > 0 && (
				<Notice tone="warning">
					{fill(
						_(
							'Whether these devices have a flow engine is unknown: %s. Without one, connections stay in software; this page will tell whether any got into hardware.'
						),
						staged.unknown_engines.join(', ')
					)}
				</Notice>
			)}
			{preview.loss.comments.length > 0 && (
				<Notice tone="warning">
					{fill(
						_(
							'Saving rewrites the whole file, as every change made in LuCI does. Its %s lines of comments will be lost.'
						),
						preview.loss.comments.length
					)}
				</Notice>
			)}
			{others.length > 0 && (
				<Notice tone="warning">
					<p>{_('You have other changes that are not applied yet. These will be applied, too:')}</p>
					<ul>
						{others.map(({ config, changes }) => (
							<li key={config}>
								<strong>{config}</strong>: {changes.map((each) => each.join(' ')).join('; ')}
							</li>
						))}
					</ul>
				</Notice>
			)}
			<p class="nfo-hint">
				{_(
					'The router tries the change and reverts it by itself, unless this page reaches it afterwards and sees that it works. Connections restart on the CPU path, then move to the fast path.'
				)}
			</p>
			<div class="nfo-actions nfo-right">
				<button type="button" class="btn cbi-button" onClick={cancel}>
					{_('Cancel')}
				</button>
				<button
					type="button"
					class="btn cbi-button cbi-button-apply important"
					autofocus
					onClick={() => void change.apply()}
				>
					{_('Apply and verify')}
				</button>
			</div>
		</Dialog>
	);
}

interface ProgressProps {
	state: Extract<ChangeState, { step: 'verifying' | 'undoing' }>;
	change: ChangeSequence;
	now: number;
}

function Progress({ state, change, now }: ProgressProps) {
	const seconds = Math.max(0, Math.floor((state.deadline - now) / 1000));
	return (
		<Dialog title={fill(_('Change to %s'), modeName(state.mode))}>
			<p class="spinning" role="status">
				{state.step === 'verifying' ? waitingText(state.waitingFor) : undoingText(state)}
			</p>
			<p class="nfo-countdown" role="timer" aria-live="off">
				{fill(
					state.step === 'verifying'
						? _('Reverts automatically in %s s unless this page confirms.')
						: _('Reverts automatically in %s s at the latest.'),
					seconds
				)}
			</p>
			{state.step === 'verifying' && state.waitingFor !== 'confirmation' && (
				<div class="nfo-actions nfo-right">
					<button
						type="button"
						class="btn cbi-button cbi-button-negative"
						autofocus
						onClick={() => {
							change.undo();
						}}
					>
						{_('Undo now')}
					</button>
				</div>
			)}
		</Dialog>
	);
}

function waitingText(waitingFor: WaitingFor): string {
	switch (waitingFor) {
		case 'answer':
			return _('Applied. Waiting for the router to answer…');
		case 'file':
			return _('Waiting for the new configuration to be written…');
		case 'firewall':
			return _('Waiting for the firewall to reload…');
		case 'settling':
			return _('The kernel does what was asked. Looking once more before confirming…');
		case 'confirmation':
			return _('Confirming…');
	}
}

function undoingText({ reason }: Extract<ChangeState, { step: 'undoing' }>): string {
	return fill(_('Reverting the change: %s'), explainUndo(reason));
}
