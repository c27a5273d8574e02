package dev.orrery.scheduler.engine.agreement;

import dev.orrery.scheduler.base.lifecycle.BuildInfo;

/** An Orrery of any version, for tests of other packages. */
public final class TestSoftware {
  private TestSoftware() {}

  public static BuildInfo of(String version) {
    return new BuildInfo(version);
  }
}
