import Testing

@testable import KiwiRootTree

@Suite struct SecurityLabelsTests {
    @Test func policyOfTheTreesConfiguration() {
        func policy(_ text: String) -> String? { SecurityLabels.policy(inConfiguration: text) }
        #expect(policy("# SELINUXTYPE=x\nSELINUX=enforcing\nSELINUXTYPE=default \n") == "default")
        #expect(policy("SELINUXTYPE=targeted") == "targeted")
        for text in [
            "", "SELINUX=disabled\n", "SELINUXTYPE=\n", "SELINUXTYPE=../x\n", "SELINUXTYPE=a/b\n",
            "SELINUXTYPE=..",
        ] {
            #expect(policy(text) == nil)
        }
    }
}
