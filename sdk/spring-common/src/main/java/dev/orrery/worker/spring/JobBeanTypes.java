package dev.orrery.worker.spring;

import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.OrrerySchedule;
import dev.orrery.worker.binding.AnnotatedMethods;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;

/** Finds the beans whose class has annotated methods, without creating one. */
public final class JobBeanTypes {
  private static final Logger LOG = LoggerFactory.getLogger(JobBeanTypes.class);

  private JobBeanTypes() {}

  /** Returns the classes by the names of the beans. */
  public static Map<String, Class<?>> of(ConfigurableListableBeanFactory beans) {
    Map<String, Class<?>> found = new LinkedHashMap<>();
    for (String name : beans.getBeanNamesForType(Object.class, true, false)) {
      Class<?> type = ScopedProxyUtils.isScopedTarget(name) ? null : type(beans, name);
      if (type != null && hasJobs(type)) {
        found.put(name, type);
      }
    }
    return found;
  }

  private static Class<?> type(ConfigurableListableBeanFactory beans, String name) {
    Class<?> type = AutoProxyUtils.determineTargetClass(beans, name);
    return type == null ? null : ClassUtils.getUserClass(type);
  }

  private static boolean hasJobs(Class<?> type) {
    if (type.getName().startsWith("org.springframework.")
        || !AnnotationUtils.isCandidateClass(
            type, List.of(OrreryJob.class, OrrerySchedule.class))) {
      return false;
    }
    try {
      return AnnotatedMethods.in(type);
    } catch (LinkageError | TypeNotPresentException e) {
      // Beans of libraries may name types that are absent here; such a class has none of our jobs.
      LOG.debug(
          "Failed to read the methods of a bean; treating it as a bean without jobs: class={}",
          type,
          e);
      return false;
    }
  }
}
