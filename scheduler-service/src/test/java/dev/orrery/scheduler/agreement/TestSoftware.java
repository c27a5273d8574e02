package dev.orrery.scheduler.agreement;

/** An Orrery of any version, for tests of other packages. */
public final class TestSoftware {
  private TestSoftware() {}

  public static Software of(String version) {
    return new Software(version);
  }
}
