// SPDX-License-Identifier: Apache-2.0
import { Component, type ComponentType } from 'preact';
import type { UbusClient } from '../lib/ubus/index.ts';
import { _ } from '../ui/i18n.ts';
import type { GainProps } from './GainView.tsx';
import type { GainState } from './state.ts';

interface FoldProps extends Omit<GainProps, 'gain'> {
	router: Pick<UbusClient, 'call'>;
	/** Loads what shows it. */
	load: () => Promise<{ GainState: typeof GainState; GainView: ComponentType<GainProps> }>;
	/** Called when a comparison that was seen running has ended. */
	ended: () => void;
}

interface Loaded {
	gain: GainState;
	View: ComponentType<GainProps>;
}

/** What a mode gains, folded: what shows it is loaded when it is opened. */
export class GainFold extends Component<FoldProps, { loaded: Loaded | null; incomplete: boolean }> {
	override state: { loaded: Loaded | null; incomplete: boolean } = { loaded: null, incomplete: false };

	override componentWillUnmount() {
		this.state.loaded?.gain.leave();
	}

	override render(props: FoldProps, { loaded, incomplete }: GainFold['state']) {
		return (
			<section class="cbi-section nfo-folded" aria-label={_('What it gains')}>
				<details
					onToggle={({ currentTarget }) => {
						if (currentTarget.open) void this.#open();
					}}
				>
					<summary>
						<h3>{_('What it gains')}</h3> <span>{_('Two modes compared on this router.')}</span>
					</summary>
					{loaded && <loaded.View {...props} gain={loaded.gain} />}
					{incomplete && <p>{_('This could not be loaded from the router. Open it again.')}</p>}
				</details>
			</section>
		);
	}

	async #open(): Promise<void> {
		await this.#load();
		await this.state.loaded?.gain.look();
	}

	/** Where that fails it is tried again when it is opened again. */
	async #load(): Promise<void> {
		if (this.state.loaded) return;
		try {
			const { GainState, GainView } = await this.props.load();
			const gain = new GainState(
				this.props.router,
				() => {
					this.forceUpdate();
				},
				this.props.ended
			);
			this.state.loaded = { gain, View: GainView };
			this.setState({ incomplete: false });
		} catch {
			this.setState({ incomplete: true });
		}
	}
}
