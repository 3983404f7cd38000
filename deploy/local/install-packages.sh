#!/bin/sh
# Installs Debian packages without starting the services they bring, now or at boot. Run as root.
# Usage: install-packages.sh <package>...
set -eu

policy=/usr/sbin/policy-rc.d
mark='# written by callboard while it installs packages'
lists=/var/lib/apt/lists
export DEBIAN_FRONTEND=noninteractive

installed() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# Usage: disable_at_boot <package> <service>
disable_at_boot() {
    update-rc.d "$2" disable >/dev/null 2>&1 || true
    # It refuses to work outside a package's own scripts, which it knows by this variable.
    DPKG_MAINTSCRIPT_PACKAGE="$1" deb-systemd-helper disable "$2.service" >/dev/null 2>&1 || true
}

restore_policy() {
    if grep -qs "$mark" "$policy"; then rm -f "$policy"; fi
    if [ -e "$policy.callboard-saved" ]; then mv "$policy.callboard-saved" "$policy"; fi
}

# Another checkout may be installing too.
exec 9>/run/lock/callboard-install-packages
flock 9

# A run that was killed may have left its policy behind.
restore_policy
trap restore_policy EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
if [ -e "$policy" ]; then mv "$policy" "$policy.callboard-saved"; fi
printf '#!/bin/sh\n%s\nexit 101\n' "$mark" >"$policy"
chmod 755 "$policy"

new=
for package in "$@"; do
    installed "$package" || new="$new $package"
done
installed erlang-base && had_erlang=yes || had_erlang=no

# Package lists are fetched when there are none, or when they were last fetched more than a day ago. A repository of
# the user that is unreachable must not stop us: whether the packages can be had shows when they are installed.
if ! ls "$lists"/*_Packages* >/dev/null 2>&1 || [ -n "$(find "$lists" -maxdepth 0 -mmin +1440)" ]; then
    apt-get -q update || echo 'apt-get update did not fetch every list, going on' >&2
fi
apt-get -q -y --no-install-recommends -o DPkg::Lock::Timeout=120 install "$@"

# What the user had installed before stays as it was.
for package in $new; do
    disable_at_boot "$package" "$package"
done
if [ "$had_erlang" = no ]; then disable_at_boot erlang-base epmd; fi
