package dev.orrery.worker.test.scheduler;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * A JUnit extension that starts one {@link LocalScheduler} for all test classes of a run that use
 * it, and passes the scheduler to methods and constructors with a parameter of this type. Give each
 * test an app of its own: {@code scheduler.newToken("orders-test", "worker")}.
 */
public final class SchedulerExtension implements BeforeAllCallback, ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(SchedulerExtension.class);

  @Override
  public void beforeAll(ExtensionContext context) {
    scheduler(context);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == LocalScheduler.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return scheduler(context);
  }

  /** JUnit closes it at the end of the run; before 5.13 the end of the JVM does. */
  private static synchronized LocalScheduler scheduler(ExtensionContext context) {
    ExtensionContext.Store store = context.getRoot().getStore(NAMESPACE);
    LocalScheduler started = store.get(LocalScheduler.class, LocalScheduler.class);
    if (started == null) {
      started = LocalScheduler.shared();
      store.put(LocalScheduler.class, started);
    }
    return started;
  }
}
