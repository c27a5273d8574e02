package dev.orrery.worker.spring;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * Distinguishes the application's own beans from those of libraries, by the class that creates
 * them.
 */
final class BeanOrigins {
  private final ConfigurableListableBeanFactory beans;
  private final List<String> packages;

  BeanOrigins(ConfigurableListableBeanFactory beans) {
    this.beans = beans;
    packages =
        AutoConfigurationPackages.has(beans) ? AutoConfigurationPackages.get(beans) : List.of();
  }

  /** Returns true if no object has this type itself, so that its class is another one. */
  static boolean isWithoutClass(Class<?> type) {
    return type == null || type == Object.class || Modifier.isAbstract(type.getModifiers());
  }

  /** Returns true for a bean of an application's {@code @Bean} method or {@code FactoryBean}. */
  boolean isOfApplication(String name) {
    if (!beans.containsBeanDefinition(name)) {
      return false;
    }
    BeanDefinition definition = beans.getMergedBeanDefinition(name);
    if (definition.getRole() != BeanDefinition.ROLE_APPLICATION) {
      return false;
    }
    Class<?> maker = maker(definition);
    if (maker != null) {
      return !isOfLibrary(maker);
    }
    return !beans.isFactoryBean(name) || isInPackages(beans.getType("&" + name));
  }

  private Class<?> maker(BeanDefinition definition) {
    Method method =
        definition instanceof RootBeanDefinition root ? root.getResolvedFactoryMethod() : null;
    if (method != null) {
      return method.getDeclaringClass();
    }
    String configuration = definition.getFactoryBeanName();
    return configuration == null ? null : beans.getType(configuration);
  }

  private static boolean isOfLibrary(Class<?> maker) {
    boolean ofBoot = maker.getName().startsWith("org.springframework.");
    for (Class<?> type = maker; type != null && !ofBoot; type = type.getEnclosingClass()) {
      ofBoot = AnnotatedElementUtils.hasAnnotation(type, AutoConfiguration.class);
    }
    return ofBoot;
  }

  /** Libraries have factories of proxies to other machines, which must not be made too early. */
  private boolean isInPackages(Class<?> factory) {
    return factory != null
        && !factory.getName().startsWith("org.springframework.")
        && (packages.isEmpty()
            || packages.stream()
                .anyMatch(ours -> (factory.getPackageName() + ".").startsWith(ours + ".")));
  }
}
