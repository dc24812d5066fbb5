package dev.cdcpipeline;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.Optional;

/** Types that code of other packages can name: public or protected ones, in enclosing types that are so too. */
final class SeenByUsers extends DescribedPredicate<JavaClass> {

    SeenByUsers() {
        super("are seen by users");
    }

    @Override
    public boolean test(JavaClass type) {
        Optional<JavaClass> enclosing = type.getEnclosingClass();
        return isVisible(type) && (enclosing.isEmpty() || test(enclosing.get()));
    }

    private static boolean isVisible(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                || type.getModifiers().contains(JavaModifier.PROTECTED);
    }
}
