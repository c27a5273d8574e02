package dev.orrery.worker.quarkus;

import dev.orrery.worker.binding.JobTarget;
import io.quarkus.arc.Arc;
import io.quarkus.arc.ArcContainer;
import io.quarkus.arc.InjectableBean;
import io.quarkus.arc.InstanceHandle;
import io.quarkus.arc.ManagedContext;
import jakarta.enterprise.context.Dependent;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/** Looks the bean up for each call, in a request context of its own. */
record BeanTarget(String identifier) implements JobTarget {

  @Override
  public Object call(Method method, Object[] arguments)
      throws InvocationTargetException, IllegalAccessException {
    ArcContainer container = Arc.container();
    ManagedContext request = container.requestContext();
    boolean isActive = request.isActive();
    if (!isActive) {
      request.activate();
    }
    try {
      return call(container.bean(identifier), method, arguments);
    } finally {
      if (!isActive) {
        request.terminate();
      }
    }
  }

  private static <T> Object call(InjectableBean<T> bean, Method method, Object[] arguments)
      throws InvocationTargetException, IllegalAccessException {
    InstanceHandle<T> handle = Arc.container().instance(bean);
    try {
      return method.invoke(handle.get(), arguments);
    } finally {
      if (bean.getScope() == Dependent.class) {
        handle.destroy();
      }
    }
  }
}
