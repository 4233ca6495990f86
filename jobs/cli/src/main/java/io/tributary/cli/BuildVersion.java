package io.tributary.cli;

import picocli.CommandLine.IVersionProvider;

/** The version the build put into the jar. */
final class BuildVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        var version = BuildVersion.class.getPackage().getImplementationVersion();
        return new String[] {"tributary " + (version == null ? "(development build)" : version)};
    }
}
