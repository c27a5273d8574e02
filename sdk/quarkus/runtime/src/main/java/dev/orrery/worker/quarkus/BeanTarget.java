package dev.orrery.worker.quarkus;

import dev.orrery.worker.binding.JobCall;
import dev.orrery.worker.binding.JobTarget;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ArcContainer;
import io.quarkus.arc.InjectableBean;
import io.quarkus.arc.InstanceHandle;
import io.quarkus.arc.ManagedContext;
import jakarta.enterprise.context.Dependent;

/**
 * Calls a job method on a CDI bean. It looks up the bean for each call, within a request context
 * that lasts until the method's value is available.
 */
record BeanTarget(String identifier) implements JobTarget {

  @Override
  public Object call(JobCall call) throws Exception {
    ArcContainer container = Arc.container();
    ManagedContext request = container.requestContext();
    boolean isActive = request.isActive();
    if (!isActive) {
      request.activate();
    }
    try {
      return call(container.bean(identifier), call);
    } finally {
      if (!isActive) {
        request.terminate();
      }
    }
  }

  private static <T> Object call(InjectableBean<T> bean, JobCall call) throws Exception {
    InstanceHandle<T> handle = Arc.container().instance(bean);
    try {
      return call.on(handle.get());
    } finally {
      if (bean.getScope() == Dependent.class) {
        handle.destroy();
      }
    }
  }
}
