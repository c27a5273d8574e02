package dev.orrery.worker.attempt;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;

/** Creates virtual threads by reflection, because the SDK also runs on JDKs without them. */
final class VirtualThreads {
  private static final Logger LOG = System.getLogger(VirtualThreads.class.getName());
  private static final int FIRST_JDK = 21;

  private VirtualThreads() {}

  /** Returns a factory of threads that inherit nothing; empty on a JDK without them. */
  static Optional<ThreadFactory> factory() {
    int jdk = Runtime.version().feature();
    if (jdk < FIRST_JDK) {
      LOG.log(
          Level.WARNING,
          "This JDK has no virtual threads; running each attempt on a platform thread:"
              + " jdk={0} needed={1}",
          jdk,
          FIRST_JDK);
      return Optional.empty();
    }
    try {
      Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
      Object plain =
          Class.forName("java.lang.Thread$Builder$OfVirtual")
              .getMethod("inheritInheritableThreadLocals", boolean.class)
              .invoke(builder, false);
      return Optional.of(
          (ThreadFactory)
              Class.forName("java.lang.Thread$Builder").getMethod("factory").invoke(plain));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("JDK " + jdk + " has other virtual threads than expected", e);
    }
  }
}
