package dev.orrery.worker.spring;

import dev.orrery.worker.annotation.OrreryJob;
import dev.orrery.worker.annotation.OrrerySchedule;
import dev.orrery.worker.annotation.OrrerySchedules;
import dev.orrery.worker.binding.AnnotatedMethods;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.util.ClassUtils;

/** Finds the beans whose class has methods with job annotations. */
public final class JobBeanTypes {
  private static final Logger LOG = LoggerFactory.getLogger(JobBeanTypes.class);

  private JobBeanTypes() {}

  /**
   * Returns the classes by the names of the beans. A bean of the application that does not exist
   * yet, and whose definition has an interface in place of its class, is made: only it tells its
   * class.
   */
  static Map<String, Class<?>> of(ConfigurableListableBeanFactory beans) {
    return of(beans, name -> made(beans, name));
  }

  /** Like {@link #of}, without making a bean; names those that it does not know in the log. */
  public static Map<String, Class<?>> predicted(ConfigurableListableBeanFactory beans) {
    List<String> unknown = new ArrayList<>();
    Map<String, Class<?>> found =
        of(
            beans,
            name -> {
              unknown.add(name);
              return type(beans, name);
            });
    if (!unknown.isEmpty()) {
      LOG.info(
          "Skipped beans in the search for jobs, because only an interface of them is known. If one"
              + " has an @OrreryJob method, make its class the return type of its @Bean method:"
              + " beans={}",
          unknown);
    }
    return found;
  }

  private static Map<String, Class<?>> of(
      ConfigurableListableBeanFactory beans, Function<String, Class<?>> unknown) {
    BeanOrigins origins = new BeanOrigins(beans);
    Map<String, Class<?>> found = new LinkedHashMap<>();
    for (String name : names(beans)) {
      if (ScopedProxyUtils.isScopedTarget(name)) {
        continue;
      }
      String defined = defined(beans, name);
      Class<?> type = type(beans, defined);
      if (BeanOrigins.isWithoutClass(type) && origins.isOfApplication(defined)) {
        type = unknown.apply(defined);
      }
      if (type != null && hasJobs(type)) {
        found.put(name, type);
      }
    }
    return found;
  }

  /** A factory that does not tell what it makes has no type by which it would be found. */
  private static Set<String> names(ConfigurableListableBeanFactory beans) {
    Set<String> names =
        new LinkedHashSet<>(List.of(beans.getBeanNamesForType(Object.class, true, false)));
    for (String name : beans.getBeanDefinitionNames()) {
      if (!beans.getMergedBeanDefinition(name).isAbstract() && beans.isFactoryBean(name)) {
        names.add(name);
      }
    }
    return names;
  }

  /** Of the proxy of a scope, the bean in the scope. */
  static String defined(ConfigurableListableBeanFactory beans, String name) {
    String target = ScopedProxyUtils.getTargetBeanName(name);
    return beans.containsBeanDefinition(target) ? target : name;
  }

  /** The class behind a proxy. */
  private static Class<?> type(ConfigurableListableBeanFactory beans, String name) {
    Class<?> type = AutoProxyUtils.determineTargetClass(beans, name);
    return type == null ? null : ClassUtils.getUserClass(type);
  }

  private static Class<?> made(ConfigurableListableBeanFactory beans, String name) {
    try {
      return ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(beans.getBean(name)));
    } catch (BeansException | IllegalStateException e) {
      // The second if nobody knows its scope.
      LOG.warn(
          "Failed to create a bean to search it for jobs; its jobs, if any, do not run."
              + " Make its class the return type of its @Bean method: bean={}",
          name,
          e);
      return null;
    }
  }

  static boolean hasJobs(Class<?> type) {
    if (type.getName().startsWith("org.springframework.")
        || !AnnotationUtils.isCandidateClass(
            type, List.of(OrreryJob.class, OrrerySchedule.class, OrrerySchedules.class))) {
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
