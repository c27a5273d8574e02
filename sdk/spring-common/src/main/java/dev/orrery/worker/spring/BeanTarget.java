package dev.orrery.worker.spring;

import dev.orrery.worker.AttemptFailedException;
import dev.orrery.worker.binding.JobCall;
import dev.orrery.worker.binding.JobTarget;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Optional;
import java.util.Set;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.util.ReflectionUtils;

/**
 * Calls a job method on a Spring bean. It looks up the bean for each call, because the bean may be
 * lazy, a prototype, or a proxy.
 */
record BeanTarget(ConfigurableListableBeanFactory beans, String name) implements JobTarget {
  private static final Set<String> OF_REQUESTS = Set.of("request", "session", "websocket");

  @Override
  public Object call(JobCall call) throws Exception {
    Object bean = beans.getBean(name);
    Method method = call.method();
    Optional<String> refusal = ProxiedMethods.refusal(bean, method);
    if (refusal.isPresent()) {
      throw new AttemptFailedException(
          "The method " + method + " cannot be called: " + refusal.get());
    }
    Method callable = ProxiedMethods.callable(bean, method).orElse(method);
    ReflectionUtils.makeAccessible(callable);
    return call.on(bean, callable);
  }

  /** A bean that does not exist yet is made only if its proxy would matter. */
  @Override
  public Optional<String> refusal(Method method) {
    String defined = JobBeanTypes.defined(beans, name);
    String scope =
        beans.containsBeanDefinition(defined)
            ? beans.getMergedBeanDefinition(defined).getScope()
            : "";
    if (OF_REQUESTS.contains(String.valueOf(scope))) {
      return Optional.of(
          "its bean has the scope '"
              + scope
              + "', and a run belongs to no request. Move the method to a bean without that"
              + " scope.");
    }
    boolean exists =
        (beans.containsSingleton(name) && !beans.isFactoryBean(name))
            || beans.containsBeanDefinition(ScopedProxyUtils.getTargetBeanName(name));
    int modifiers = method.getModifiers();
    boolean matters = Modifier.isFinal(modifiers) || Modifier.isStatic(modifiers);
    return exists || (matters && beans.isSingleton(name))
        ? ProxiedMethods.refusal(beans.getBean(name), method)
        : Optional.empty();
  }
}
