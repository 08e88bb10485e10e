// SPDX-License-Identifier: Apache-2.0
import { Component } from 'preact';
import { _ } from '../ui/i18n.ts';
import { Dialog } from '../ui/Dialog.tsx';
import { Notice } from '../ui/Notice.tsx';
import type { LoginDialogProps } from './login.ts';
import { explainError } from '../ui/problem.ts';
import { UbusStatus, type UbusError } from '../lib/ubus/index.ts';

interface LoginState {
	error: UbusError | null;
	busy: boolean;
}

/** Asks for a password when the session has expired; the page goes on where it was. */
export class LoginDialog extends Component<LoginDialogProps, LoginState> {
	override state: LoginState = { error: null, busy: false };

	async #submit(form: HTMLFormElement): Promise<void> {
		const fields = new FormData(form);
		this.setState({ busy: true });
		const session = await this.props.login(field(fields, 'username'), field(fields, 'password'));
		if (typeof session === 'string') this.props.request.answer(session);
		else this.setState({ busy: false, error: session });
	}

	override render({ request }: LoginDialogProps, { error, busy }: LoginState) {
		const giveUp = () => {
			request.answer(null);
		};
		return (
			<Dialog title={_('Your session has expired')} onEscape={giveUp}>
				<form
					onSubmit={(event) => {
						event.preventDefault();
						void this.#submit(event.currentTarget);
					}}
				>
					<div role="alert">
						{error && (
							<Notice tone="danger">
								{error.status === UbusStatus.PermissionDenied
									? _('Wrong user name or password.')
									: explainError(error)}
							</Notice>
						)}
					</div>
					<label class="nfo-field">
						{_('Username')}
						<input
							name="username"
							type="text"
							class="cbi-input-text"
							autocomplete="username"
							defaultValue="root"
						/>
					</label>
					<label class="nfo-field">
						{_('Password')}
						<input
							name="password"
							type="password"
							class="cbi-input-password"
							autocomplete="current-password"
							autofocus
						/>
					</label>
					<div class="nfo-actions nfo-right">
						<button type="button" class="btn cbi-button" onClick={giveUp}>
							{_('Cancel')}
						</button>
						<button type="submit" class="btn cbi-button cbi-button-positive important" disabled={busy}>
							{_('Log in')}
						</button>
					</div>
				</form>
			</Dialog>
		);
	}
}

function field(fields: FormData, name: string): string {
	const value = fields.get(name);
	return typeof value === 'string' ? value : '';
}
