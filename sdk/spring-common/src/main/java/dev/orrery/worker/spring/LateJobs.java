package dev.orrery.worker.spring;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.util.ClassUtils;

/**
 * Warns about the jobs of beans that are created after the start and whose class was not known
 * before, because these jobs do not run.
 */
final class LateJobs implements BeanPostProcessor {
  private static final Logger LOG = LoggerFactory.getLogger(LateJobs.class);

  private final Set<Class<?>> seen = ConcurrentHashMap.newKeySet();
  private volatile Set<String> known;

  /** Takes the names of the beans whose jobs are served. */
  void started(Set<String> names) {
    known = Set.copyOf(names);
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    Set<String> served = known;
    if (served == null || served.contains(served(name))) {
      return bean;
    }
    Class<?> type = ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(bean));
    if (seen.add(type) && JobBeanTypes.hasJobs(type)) {
      LOG.warn(
          "The jobs of a bean do not run, because its class was unknown at the start. Make its"
              + " class the return type of its @Bean method: bean={} class={}",
          name,
          type.getName());
    }
    return bean;
  }

  /** Returns the name under which the jobs of a bean are served. */
  private static String served(String name) {
    return ScopedProxyUtils.isScopedTarget(name)
        ? ScopedProxyUtils.getOriginalBeanName(name)
        : name;
  }
}
