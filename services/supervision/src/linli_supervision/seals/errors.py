"""What can go wrong with a seal."""

from linli_kernel.errors import Conflict, Forbidden, Invalid, NotFound


class SealNotFound(NotFound):
    code = "supervision.seal_not_found"
    zh = "没有这枚印章"
    en = "No such seal"


class SealUseNotFound(NotFound):
    code = "supervision.seal_use_not_found"
    zh = "没有这次用印"
    en = "No such seal use"


class NotACustodian(Forbidden):
    code = "supervision.not_a_custodian"
    zh = "只有本印章的保管人可以这样做"
    en = "Only a custodian of this seal may do that"


class NotTheRequester(Forbidden):
    code = "supervision.not_the_requester"
    zh = "只有申请人可以撤回用印申请"
    en = "Only whoever requested the use may cancel it"


class ApproverHoldsPiece(Conflict):
    code = "supervision.approver_holds_piece"
    zh = "印章保管人不能审批用印"
    en = "A custodian of the seal cannot approve its use"


class ApproverIsRequester(Conflict):
    code = "supervision.approver_is_requester"
    zh = "用印申请人不能审批自己的申请，只能撤回"
    en = "Whoever requested the use cannot decide on it, only cancel it"


class WrongState(Conflict):
    code = "supervision.seal_use_state"
    zh = "用印处于“{state}”状态，不能执行“{step}”"
    en = "The seal use is {state}; {step} is not possible"


class AlreadyOpened(Conflict):
    code = "supervision.already_opened"
    zh = "您已确认开启"
    en = "You have confirmed the opening already"


class NotYourTurn(Conflict):
    code = "supervision.not_your_turn"
    zh = "现在轮到第{position}片印章的保管人签名"
    en = "It is the turn of the custodian of piece {position}"


class OpeningLapsed(Conflict):
    code = "supervision.opening_lapsed"
    zh = "开启时限已过，请重新共同开启"
    en = "The window has closed; the custodians must open again together"


class CustodianKeyMissing(Conflict):
    code = "supervision.custodian_key_missing"
    zh = "第{position}片印章的保管人尚未登记密钥"
    en = "The custodian of piece {position} has no registered key"


class KeyInUse(Conflict):
    code = "supervision.key_in_use"
    zh = "印章正在开启中，不能更换密钥"
    en = "The seal is open; a key cannot be replaced now"


class WrongCustodianKey(Invalid):
    code = "supervision.wrong_custodian_key"
    zh = "不是有效的 P-256 公钥，或密钥持有证明不成立"
    en = "Not a valid P-256 public key, or the proof of possession does not hold"


class WrongSealSignature(Invalid):
    code = "supervision.wrong_signature"
    zh = "签名与待签内容或登记的密钥不符"
    en = "The signature does not fit the content or the registered key"


class UnusableDocument(Conflict):
    code = "supervision.unusable_document"
    zh = "该文件不能加盖印章"
    en = "This document cannot be sealed"


class KeyReportedLost(Conflict):
    code = "supervision.key_reported_lost"
    zh = "这片印章的密钥已挂失，须由监督委员会或乡镇核实本人后，才能登记新密钥"
    en = "The key of this piece was reported lost; a new one is certified once somebody has made sure of its owner"


class ResolutionGone(Conflict):
    code = "supervision.resolution_gone"
    zh = "所依据的决议已终止或被否决，此变更不能确认，请退回"
    en = "The resolution it rests upon was given up; refuse this change"


class CustodianUnconfirmed(Conflict):
    code = "supervision.custodian_unconfirmed"
    zh = "您的密码是别人设的：请先请求核实本人，由与设密码者无关的人当面核实后，再登记密钥"
    en = "Somebody else set this password: ask to be confirmed; a key is certified once a third person has met you"


class NoThirdPerson(Conflict):
    code = "supervision.no_third_person"
    zh = "保管人的密码由您设置，或您的账号也由同一人设置：请由与设密码者无关的人当面核实"
    en = "You set the custodian's password, or whoever did set yours too: somebody independent must meet the custodian"


class OtherMethod(Conflict):
    code = "supervision.seal_method"
    zh = "这枚印章不是这样使用的：公章实物按信封启封，电子印章按文件签名"
    en = "This seal is used the other way: one of rubber from its envelope, an electronic one by signatures"


class EnvelopeNotReady(Conflict):
    code = "supervision.envelope_not_ready"
    zh = "印章不在封好的信封里（{state}），先由监督委员会或乡镇封存"
    en = "The seal does not lie in a closed envelope ({state}); supervision committee or township closes it in first"


class EnvelopeNumberUsed(Conflict):
    code = "supervision.envelope_number_used"
    zh = "这个封签编号已经用过，每个信封只能用一次"
    en = "An envelope of this number was used before; each is used once"


class PhotographMissing(Conflict):
    code = "supervision.seal_photograph_missing"
    zh = "先拍照：照片上要看得清封口和封签编号"
    en = "Take a photograph first: it shows the closure and the envelope's number"


class TooManyPhotographs(Conflict):
    code = "supervision.seal_photographs"
    zh = "每次最多 {most} 张照片"
    en = "At most {most} photographs each time"


class ChangeWaiting(Conflict):
    code = "supervision.change_waiting"
    zh = "同样的变更已在等待确认"
    en = "A change of this kind is waiting for its confirmation already"


class NotWaiting(Conflict):
    code = "supervision.change_decided"
    zh = "这项变更已有结论"
    en = "This change was decided already"


class DecidesOnOneself(Forbidden):
    code = "supervision.decides_on_oneself"
    zh = "变更须由提出人和保管人以外的有权人员确认"
    en = "A change is confirmed by somebody entitled who neither proposed it nor holds a piece"


class AlreadyCustodian(Conflict):
    code = "supervision.already_custodian"
    zh = "此人已保管本印章的一片"
    en = "This person holds a piece of the seal already"


class SamePerson(Conflict):
    code = "supervision.same_person"
    zh = "登记库显示两个账号是同一个人：一人只能保管一片，也不能审批自己申请或保管的印章"
    en = (
        "The registry says that two accounts are one person, who holds one piece only and approves nothing of their own"
    )


class SealExists(Conflict):
    code = "supervision.seal_exists"
    zh = "本村（社区）已有这枚印章"
    en = "There is a seal of this name here already"


class DocumentNotFound(NotFound):
    code = "supervision.document_not_found"
    zh = "没有这份文件"
    en = "No such document"
