// SPDX-License-Identifier: Apache-2.0
import { Component, createRef } from 'preact';
import type { Mode, Status } from '../../../rpcd/api/index.ts';
import { _ } from '../ui/i18n.ts';
import { modeDescription } from './texts.ts';
import { modeName } from '../ui/names.ts';

const MODES: readonly Mode[] = ['off', 'software', 'hardware'];

interface ModeChoiceProps {
	status: Status;
	mayWrite: boolean;
	/** A change is under way. */
	busy: boolean;
	onReview: (mode: Mode) => void;
}

/** The switch. Choosing changes nothing yet: the button asks the router whether it would work, and shows what changes. */
export class ModeChoice extends Component<ModeChoiceProps, { chosen: Mode | null }> {
	override state = { chosen: null };
	readonly #form = createRef<HTMLFormElement>();

	/** What had the focus was disabled during the change, so the dialog could not give it back. */
	override componentDidUpdate({ busy }: ModeChoiceProps) {
		if (!busy || this.props.busy) return;
		this.#form.current?.querySelector<HTMLInputElement>('input:checked')?.focus({ preventScroll: true });
	}

	override render(
		{ status, mayWrite, busy, onReview }: ModeChoiceProps,
		{ chosen }: { chosen: Mode | null }
	) {
		const { requested } = status;
		// What firewall4 ignores is no choice: then each of the three is a change.
		const committed = requested.readable && !requested.hardware_alone ? requested.mode : null;
		const mode = chosen ?? (requested.readable ? requested.mode : 'off');
		const obstacle = whyNot(status, mayWrite);
		return (
			<form
				ref={this.#form}
				class="cbi-section nfo-choice"
				onSubmit={(event) => {
					event.preventDefault();
					onReview(mode);
				}}
			>
				<fieldset disabled={busy || obstacle !== null}>
					<legend>
						<h3>{_('Choose the path')}</h3>
					</legend>
					<div class="nfo-modes">
						{MODES.map((each) => (
							<ModeOption
								key={each}
								mode={each}
								chosen={each === mode}
								configured={each === committed}
								onChoose={() => {
									this.setState({ chosen: each });
								}}
							/>
						))}
					</div>
					<div class="nfo-actions">
						<button
							type="submit"
							class="btn cbi-button cbi-button-apply important"
							disabled={mode === committed}
						>
							{_('Review change…')}
						</button>
						<span class="nfo-hint">{obstacle ?? hint(mode === committed)}</span>
					</div>
				</fieldset>
			</form>
		);
	}
}

interface ModeOptionProps {
	mode: Mode;
	chosen: boolean;
	configured: boolean;
	onChoose: () => void;
}

function ModeOption({ mode, chosen, configured, onChoose }: ModeOptionProps) {
	return (
		<label class={chosen ? 'nfo-mode nfo-chosen' : 'nfo-mode'}>
			<input type="radio" name="nfo-mode" value={mode} checked={chosen} onChange={onChoose} />
			<span>
				<strong>{modeName(mode)}</strong>
				{configured && <em class="nfo-now">{_('configured')}</em>}
				<small>{modeDescription(mode)}</small>
			</span>
		</label>
	);
}

function hint(unchanged: boolean): string {
	return unchanged
		? _('This is what is configured.')
		: _('Nothing is applied before you have seen and confirmed what changes.');
}

/** Why this admin cannot change anything here, or null. */
function whyNot(status: Status, mayWrite: boolean): string | null {
	if (!mayWrite)
		return _('You are logged in with read-only access: you see everything and can change nothing.');
	if (status.firewall !== 'fw4') return _('There is no firewall4 to switch.');
	if (!status.requested.readable) return _('The firewall configuration must be mended first.');
	return null;
}
