# shellcheck shell=bash
# How the tributary command is started in a JVM: what the launcher of a source tree and that of a
# package share. Both read it; by itself it does nothing.

fail() {
    printf 'tributary: %s\n' "$1" >&2
    exit 1
}

# find_java: sets java and version, or says what to install.
find_java() {
    java=${JAVA_HOME:+$JAVA_HOME/bin/}java
    command -v "$java" >/dev/null || fail "there is no java; install Java 17 or newer, or set JAVA_HOME"
    version=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)
    [ "${version:-0}" -ge 17 ] || fail "Java ${version:-of unknown version} is too old; install Java 17 or newer"
}

# name_log COMMAND: sets log, which is one for each process: the name of its command and its
# process id.
name_log() {
    local name=tributary
    [[ ${1:-} =~ ^[a-z][a-z-]*$ ]] && name=$1
    log=${TRIBUTARY_LOG:-${TMPDIR:-/tmp}/tributary-$(id -u)/$name-$$.log}
}

# launch VERB CORPUS CLASSPATH MAIN ARGUMENT...: becomes the JVM. Needs java, version and log.
launch() {
    local verb=$1 corpus=$2 classpath=$3 main=$4
    shift 4
    local options=(
        -Djava.awt.headless=true
        -Dfile.encoding=UTF-8
        -Dai.djl.offline=true
        -Dai.djl.pytorch.num_threads=1
        -Dai.djl.pytorch.num_interop_threads=1
        "-Dtributary.corpus=$corpus"
        "-Dtributary.log=$log"
    )
    # A JVM takes one collector: that of the caller, if there is one.
    [[ ${TRIBUTARY_JAVA_OPTS:-} =~ -XX:\+Use[A-Z][A-Za-z0-9]*GC ]] || options+=(-XX:+UseParallelGC)
    # What aggregates large models does so with the Vector API. The JVM says so in a line of its own
    # on standard error, which nothing but not using it can prevent; so the other commands go without.
    if [ "$verb" = job ]; then
        options+=(--add-modules=jdk.incubator.vector)
    fi
    if [ -t 2 ]; then
        options+=(-Dtributary.terminal=true)
    fi
    if [ "$version" -ge 22 ]; then
        options+=(--enable-native-access=ALL-UNNAMED)
    fi
    if [ "$version" -ge 23 ]; then
        options+=(--sun-misc-unsafe-memory-access=allow)
    fi
    # shellcheck disable=SC2086  # TRIBUTARY_JAVA_OPTS is a list
    exec "$java" "${options[@]}" ${TRIBUTARY_JAVA_OPTS:-} -cp "$classpath" "$main" "$@"
}
