package dev.orrery.worker.spring;

import dev.orrery.worker.binding.JobTarget;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.util.ReflectionUtils;

/** Looks the bean up for each call: it may be lazy, a prototype, or a proxy. */
record BeanTarget(BeanFactory beans, String name) implements JobTarget {

  @Override
  public Object call(Method method, Object[] arguments)
      throws InvocationTargetException, IllegalAccessException {
    Object bean = beans.getBean(name);
    Method invocable = AopUtils.selectInvocableMethod(method, bean.getClass());
    ReflectionUtils.makeAccessible(invocable);
    return invocable.invoke(bean, arguments);
  }
}
