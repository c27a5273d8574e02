package dev.orrery.cli.view;

import picocli.CommandLine.IVersionProvider;

/** The version of this program; "dev" if it does not run from its jar. */
public final class ProgramVersion implements IVersionProvider {
  public static String text() {
    String version = ProgramVersion.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }

  /** Returns the output of {@code --version}. */
  @Override
  public String[] getVersion() {
    return new String[] {"orrery " + text()};
  }
}
