// SPDX-License-Identifier: Apache-2.0
/** get_package: the packages that flow offloading needs, and whether they fit the running kernel. */
import type { KernelFit, PackageDetails, PackageName, PackageVersion } from '../../api/index.ts';
import { read_line } from 'nft_offload.base.files';
import { free_kib } from 'nft_offload.base.flash';
import { module_state } from 'nft_offload.state.module';
import { installed_versions, manager } from 'nft_offload.state.package';
import type { Versions } from 'nft_offload.state.package';

const PACKAGE_NAMES: PackageName[] = ['kmod-nft-offload', 'kmod-nf-flow', 'kmod-nft-nat'];

/** Where the packages' files go. */
const MODULES = '/lib/modules';

function package_list(versions: Versions): PackageVersion[] {
	return map(PACKAGE_NAMES, (name): PackageVersion => ({ name: name, version: versions[name] ?? null }));
}

/** A kmod's modules go to a folder named like this, the kernel's release: "6.12.74" of "6.12.74~88179747-r1". */
function release_of(version: string): string {
	return match(version, /^[0-9.]+/)?.[0] ?? '';
}

function kernel_fit(installed: string | null): KernelFit {
	const running = read_line('/proc/sys/kernel/osrelease');
	const fits = installed == null || release_of(installed) === running;
	return { running: running, installed: installed, fits: fits };
}

/** What the databases say, in one look. */
function look(): { packages: PackageVersion[]; kernel: KernelFit } {
	const names: string[] = ['kernel'];
	map(PACKAGE_NAMES, (name) => push(names, name));
	const versions = installed_versions(names);
	return { packages: package_list(versions), kernel: kernel_fit(versions['kernel'] ?? null) };
}

function get_package(): PackageDetails {
	const found = look();
	return {
		manager: manager(),
		packages: found.packages,
		module: module_state(),
		kernel: found.kernel,
		free_kib: free_kib(MODULES)
	};
}

export { get_package, look, MODULES };
