# SPDX-License-Identifier: Apache-2.0
# Read by sysupgrade, also in the memory that it flashes from: a change of the offloading mode that is still to be proved is
# taken back before the configuration is saved, since the new firmware knows nothing of it. A mere backup leaves it alone.

nft_offload_settle() {
	[ -z "$CONF_BACKUP" ] && [ "$CONF_BACKUP_LIST" != 1 ] || return 0
	/etc/init.d/nft-offload stop >/dev/null 2>&1
}

sysupgrade_init_conffiles="nft_offload_settle $sysupgrade_init_conffiles"
