// SPDX-License-Identifier: Apache-2.0
/**
 * Stands for the program of the job that installs kmod-nft-offload: a script which goes through the steps and leaves behind what
 * the real one would. The page and the plugin cannot tell.
 *
 * Below run/virtual-kernel, `install-hold` makes it wait in the step of that name until the file is gone, and
 * `install-fails` has what the job does in the place of succeeding.
 */
import type { Failure, JobChanges, JobStep } from '../../rpcd/api/index.ts';
import { KERNEL_RELEASE, packageRecord, type Kernel } from './kernel.ts';

/** How a job failed, as test/install records it in test/fixtures/install. */
export interface FailedInstall {
	/** The step in which it ended. */
	step: JobStep;
	changes: JobChanges;
	failure: Failure;
	/** What its programs printed. */
	log: string;
}

const script = (kernel: Kernel): string => `#!/bin/sh
cd "$ROUTER_ROOT" || exit 1
job=var/run/nft-offload
kernel=run/virtual-kernel
hold=$(cat $kernel/install-hold 2>/dev/null)
id=$1
pid=$$
read -r being </proc/$pid/stat
born=$(echo "\${being##*) }" | cut -d' ' -f20)

tell() { # STATE STEP PROGRESS CHANGES FAILURE
	printf '{"id":%s,"pid":"%s","born":"%s","state":"%s","step":"%s","step_started":%s,"step_limit":300,"progress":%s,"changes":%s,"failure":%s}' \\
		"$id" "$pid" "$born" "$1" "$2" "$(cut -d. -f1 proc/uptime)" "$3" "$4" "$5" >$job/job.json.new
	mv $job/job.json.new $job/job.json
}
nothing='{"installed":[],"module_loaded":false,"firewall_reloaded":false}'
step() { # NAME PROGRESS
	tell running "$1" "$2" "$nothing" null
	while [ "$hold" = "$1" ] && [ -e $kernel/install-hold ]; do sleep 0.1; done
	sleep 0.5
}
put() {
	cat >>${kernel.packageDatabase} <<'END'
${packageRecord(kernel.manager, 'kmod-nft-offload')}END
	echo >lib/modules/${KERNEL_RELEASE}/nft_flow_offload.ko
}
load() {
	mkdir -p sys/module/nft_flow_offload
	echo 1 >sys/module/nft_flow_offload/refcnt
}
# Its programs start to fail at once, and a job that was interrupted tells nothing.
fail() {
	cat $1/log >>$job/log
	[ ! -e $1/installed ] || put
	[ ! -e $1/loaded ] || load
	[ -e $1/failure ] && outcome=failed || outcome=running
	tell $outcome "$(cat $1/step)" null "$(cat $1/changes)" "$(cat $1/failure || echo null)"
}

work() {
	step check null
	if [ -e $kernel/install-fails ]; then
		fail $kernel/install-fails
		return
	fi
	echo '# /usr/bin/apk update' >>$job/log
	step update null
	echo 'OK: 1282 distinct packages available' >>$job/log
	step match null
	echo '(1/1) Installing kmod-nft-offload (${KERNEL_RELEASE}-r1)' >>$job/log
	step install '{"done":16559,"total":153051,"unit":"bytes"}'
	step install '{"done":153051,"total":153051,"unit":"bytes"}'
	put
	step load null
	load
	step reload null
	tell succeeded verify null '{"installed":[{"name":"kmod-nft-offload","version":"${KERNEL_RELEASE}-r1"}],"module_loaded":true,"firewall_reloaded":true}' null
}

work >/dev/null 2>&1
`;

/** Puts the script into a router's root. */
export function writeInstaller(kernel: Kernel): void {
	kernel.writeProgram('usr/libexec/virtual/install', script(kernel));
}

const FAILS = 'run/virtual-kernel/install-fails';

/** Lets the next jobs fail like this; with null they succeed again. */
export function letInstallFail(kernel: Kernel, failed: FailedInstall | null): void {
	kernel.remove(FAILS);
	if (failed === null) return;
	const { step, changes, failure, log } = failed;
	kernel.write(`${FAILS}/log`, log);
	kernel.write(`${FAILS}/step`, step);
	kernel.write(`${FAILS}/changes`, JSON.stringify(changes));
	if (failure.code !== 'interrupted') kernel.write(`${FAILS}/failure`, JSON.stringify(failure));
	if (changes.installed.length > 0) kernel.write(`${FAILS}/installed`, '');
	if (changes.module_loaded) kernel.write(`${FAILS}/loaded`, '');
}
