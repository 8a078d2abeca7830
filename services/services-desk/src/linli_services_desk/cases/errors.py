"""What can be wrong with a command on a case."""

from linli_kernel.errors import Conflict, Forbidden


class CommandNotAllowed(Conflict):
    code = "desk.command_not_allowed"
    zh = "办件{state}，不能执行此操作（{command}）"
    en = "A case that is {state_en} does not take the command {command}"


class StepNotWaiting(Conflict):
    code = "desk.step_not_waiting"
    zh = "环节“{step}”当前不在等待办理"
    en = "The step {step} is not the one that waits"


class NotTheDecidingStep(Conflict):
    code = "desk.step_decides"
    zh = "“{step}”是决定环节，请作出决定"
    en = "{step} is the deciding step: decide the case"


class StepsMissing(Conflict):
    code = "desk.steps_missing"
    zh = "“{step}”尚未完成，不能作出决定"
    en = "{step} has not been completed yet"


class StepNotYours(Forbidden):
    code = "desk.step_not_yours"
    zh = "“{step}”由其他岗位办理"
    en = "{step} belongs to another post"


class SamePerson(Conflict):
    code = "desk.same_person"
    zh = "同一人不能既{before}又办理“{step}”，请由他人办理"
    en = "Who did {before_en} cannot also do {step_en}"


class NotEditable(Conflict):
    code = "desk.not_editable"
    zh = "办件{state}，内容不能再修改"
    en = "The case is {state_en} and cannot be changed"


class MaterialsMissing(Conflict):
    code = "desk.materials_missing"
    zh = "缺少必要材料：{names}"
    en = "Required materials are missing: {names}"


class SecondSupplementNeedsOfficer(Forbidden):
    code = "desk.second_supplement"
    zh = "已一次性告知过；再次要求补正须由乡镇或部门工作人员说明理由"
    en = "A notice was given already; a second one needs an officer's reason"


class ReasonNamesSomebody(Conflict):
    code = "desk.reason_names_somebody"
    zh = "理由将送监督机构，请不要写姓名、证件号码或电话"
    en = "The reason goes to supervision: leave out names, identity numbers and phones"


class SealMissing(Conflict):
    code = "desk.seal_missing"
    zh = "证明尚未用印，不能送达"
    en = "The certificate is not sealed yet and cannot be delivered"


class SealNotRefused(Conflict):
    code = "desk.seal_not_refused"
    zh = "已作出的决定不再改变；只有证明未获准用印，才能退回更正或改为不予出具"
    en = "A decision stands; only a certificate that was refused the seal is corrected or not issued after all"


class ApplicantMissing(Conflict):
    code = "desk.applicant_missing"
    zh = "居民登记库暂不可用，请先手工填写申请人姓名"
    en = "The registry cannot be reached: enter the applicant's name by hand"


class NothingToSupplement(Conflict):
    code = "desk.nothing_to_supplement"
    zh = "表单和材料齐全，没有需要补正的内容"
    en = "Form and materials are complete: there is nothing to ask for"


class AlreadyLinked(Conflict):
    code = "desk.already_linked"
    zh = "办件已与居民登记关联"
    en = "The case is linked to the registry already"


class NotInYourHands(Forbidden):
    code = "desk.not_in_your_hands"
    zh = "此件不在您手上，不能移交"
    en = "This case is in somebody else's hands"


class NothingToHandOver(Conflict):
    code = "desk.nothing_to_hand_over"
    zh = "办件{state}，无需移交"
    en = "The case is {state_en}: there is nothing to hand over"
